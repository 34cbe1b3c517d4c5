using System.Collections.Concurrent;

namespace Session.Protocol.Onion.Tests;

/// <summary>What a client remembers, for tests that restart it. Fails on demand.</summary>
internal sealed class MemoryStore : IOnionStore
{
    private readonly ConcurrentDictionary<OnionStoreItem, byte[]> _items = new();

    public bool Broken { get; set; }

    public byte[]? this[OnionStoreItem item]
    {
        get => _items.GetValueOrDefault(item);
        set => _items[item] = value!;
    }

    public ValueTask<ReadOnlyMemory<byte>?> LoadAsync(OnionStoreItem item, CancellationToken cancellationToken = default) =>
        Broken ? throw new IOException("broken") : new(_items.TryGetValue(item, out byte[]? value) ? value : null);

    public ValueTask SaveAsync(OnionStoreItem item, ReadOnlyMemory<byte> value, CancellationToken cancellationToken = default)
    {
        if (Broken)
        {
            throw new IOException("broken");
        }

        _items[item] = value.ToArray();
        return ValueTask.CompletedTask;
    }
}
