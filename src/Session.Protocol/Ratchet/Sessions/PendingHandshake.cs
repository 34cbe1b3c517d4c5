using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>What every message of a session carries until the peer has answered once.</summary>
internal sealed record PendingHandshake(uint SignedPreKeyId, uint? OneTimePreKeyId, uint? KemPreKeyId, ReadOnlyMemory<byte> KemCiphertext, DateTimeOffset Since)
{
    [Flags]
    private enum Parts : byte
    {
        None = 0,
        OneTime = 1,
        Kem = 2,
    }

    public int SerializedSize => 1 + 8 + 4 + (OneTimePreKeyId is null ? 0 : 4) + (KemPreKeyId is null ? 0 : 4 + Kyber1024.CiphertextSize);

    public void Write(ref StateWriter writer)
    {
        writer.Byte((byte)((OneTimePreKeyId is null ? Parts.None : Parts.OneTime) | (KemPreKeyId is null ? Parts.None : Parts.Kem)));
        writer.Time(Since);
        writer.UInt32(SignedPreKeyId);
        if (OneTimePreKeyId is { } oneTime)
        {
            writer.UInt32(oneTime);
        }

        if (KemPreKeyId is { } kem)
        {
            writer.UInt32(kem);
            writer.Bytes(KemCiphertext.Span);
        }
    }

    public static PendingHandshake Read(ref StateReader reader)
    {
        var parts = (Parts)reader.Byte();
        DateTimeOffset since = reader.Time();
        uint signed = reader.UInt32();
        uint? oneTime = parts.HasFlag(Parts.OneTime) ? reader.UInt32() : null;
        uint? kem = parts.HasFlag(Parts.Kem) ? reader.UInt32() : null;
        byte[] ciphertext = kem is null ? [] : reader.Bytes(Kyber1024.CiphertextSize).ToArray();
        return new PendingHandshake(signed, oneTime, kem, ciphertext, since);
    }
}
