using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>A key pair that first messages are made for. Immutable until <see cref="Dispose"/>, which zeroes the secret.</summary>
[SuppressMessage("Design", "CA1063:Implement IDisposable correctly", Justification = "Nothing outside this assembly derives from it, and nothing in it is unmanaged.")]
public abstract class PreKey : IDisposable
{
    private readonly SecretBytes _secret;

    private protected PreKey(uint id, SecretBytes secret)
    {
        Id = id;
        _secret = secret;
    }

    /// <summary>The number that a first message names it by; 24 bits in libsignal.</summary>
    public uint Id { get; }

    internal ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>Zeroes the secret.</summary>
    public void Dispose()
    {
        _secret.Dispose();
        GC.SuppressFinalize(this);
    }
}
