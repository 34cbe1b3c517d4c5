using System.Buffers.Binary;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>The derivations of the ratchet (protocol/30 §4 and §9). Callers zero what they get.</summary>
internal static class KeySchedule
{
    /// <summary>Size of root keys, chain keys and message seeds.</summary>
    public const int KeySize = 32;

    /// <summary>Cipher key 32, MAC key 32, IV 16.</summary>
    public const int MessageKeysSize = 80;

    private static ReadOnlySpan<byte> PqChainLabel => "Signal PQ Ratchet V1 Chain Next"u8;

    /// <summary>Mixes a Diffie-Hellman result into the root: a new root, and a chain at index 0. Outputs may not overlap inputs.</summary>
    public static void RootStep(ReadOnlySpan<byte> root, ReadOnlySpan<byte> shared, Span<byte> newRoot, Span<byte> chainKey)
    {
        Span<byte> output = stackalloc byte[2 * KeySize];
        HkdfSha256.DeriveKey(shared, root, "WhisperRatchet"u8, output);
        output[..KeySize].CopyTo(newRoot);
        output[KeySize..].CopyTo(chainKey);
        CryptographicOperations.ZeroMemory(output);
    }

    /// <summary>The seed of one message, and the chain key moved on in place.</summary>
    public static void ChainStep(Span<byte> chainKey, Span<byte> seed)
    {
        var first = new HmacSha256(chainKey);
        HmacSha256 second = first;
        first.Append([0x01]);
        first.Finish(seed);
        second.Append([0x02]);
        second.Finish(chainKey);
        first.Clear();
        second.Clear();
    }

    /// <summary>The keys of one message. The post-quantum key is empty in suites without one.</summary>
    public static void MessageKeys(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> pqKey, Span<byte> keys) =>
        HkdfSha256.DeriveKey(seed, pqKey, "WhisperMessageKeys"u8, keys);

    /// <summary>Starts the post-quantum chains of both directions.</summary>
    public static void StartPqChains(ReadOnlySpan<byte> authenticationKey, Span<byte> initiatorToResponder, Span<byte> responderToInitiator)
    {
        Span<byte> output = stackalloc byte[3 * KeySize];
        HkdfSha256.DeriveKey(authenticationKey, default, "Signal PQ Ratchet V1 Chain  Start"u8, output);

        // The first third is the root of the next epoch, which this library never reaches.
        output.Slice(KeySize, KeySize).CopyTo(initiatorToResponder);
        output.Slice(2 * KeySize, KeySize).CopyTo(responderToInitiator);
        CryptographicOperations.ZeroMemory(output);
    }

    /// <summary>The post-quantum key of message number <paramref name="index"/>, and the chain key moved on in place.</summary>
    public static void PqChainStep(Span<byte> chainKey, uint index, Span<byte> key)
    {
        Span<byte> info = stackalloc byte[sizeof(uint) + PqChainLabel.Length];
        Span<byte> output = stackalloc byte[2 * KeySize];
        BinaryPrimitives.WriteUInt32BigEndian(info, index);
        PqChainLabel.CopyTo(info[sizeof(uint)..]);
        HkdfSha256.DeriveKey(chainKey, default, info, output);
        output[..KeySize].CopyTo(chainKey);
        output[KeySize..].CopyTo(key);
        CryptographicOperations.ZeroMemory(output);
    }
}
