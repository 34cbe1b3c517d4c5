using System.Security.Cryptography;

namespace Session.Protocol.SenderKeys.Stores;

/// <summary>A store for tests, samples and groups that need not survive the process. Safe for concurrent use.</summary>
public sealed class InMemorySenderKeyStore : ISenderKeyStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<SenderKeyName, byte[]> _records = [];

    /// <inheritdoc/>
    public ValueTask<byte[]?> LoadSenderKeyAsync(SenderKeyName name, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_records.TryGetValue(name, out byte[]? record) ? (byte[])record.Clone() : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask StoreSenderKeyAsync(SenderKeyName name, ReadOnlyMemory<byte>? record, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_records.Remove(name, out byte[]? old))
            {
                CryptographicOperations.ZeroMemory(old);
            }

            if (record is { } bytes)
            {
                _records[name] = bytes.ToArray();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Zeroes and forgets everything.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (byte[] record in _records.Values)
            {
                CryptographicOperations.ZeroMemory(record);
            }

            _records.Clear();
        }
    }
}
