using Session.Protocol.Accounts;
using Session.Protocol.Encodings;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.SenderKeys;

/// <summary>A SenderKeyDistributionMessage, taken apart (protocol/31 §2). The spans point into the received bytes.</summary>
internal readonly ref struct DistributionMessage
{
    private const int ChainKeyField = 4;
    private const int SigningKeyField = 5;

    // Version byte and the two keys.
    private const int MinSize = 1 + KeySchedule.KeySize + X25519PublicKey.Size;

    public Guid DistributionId { get; private init; }

    public uint ChainId { get; private init; }

    public uint Iteration { get; private init; }

    public ReadOnlySpan<byte> ChainKey { get; private init; }

    public X25519PublicKey SigningKey { get; private init; }

    public static SenderKeyStatus TryParse(ReadOnlySpan<byte> bytes, out DistributionMessage message)
    {
        message = default;
        if (bytes.Length is < MinSize or > SenderKeyLimits.MaxDistributionSize)
        {
            return SenderKeyStatus.Malformed;
        }

        if (SenderKeyWire.CheckVersion(bytes[0]) is var status and not SenderKeyStatus.Ok)
        {
            return status;
        }

        ReadOnlySpan<byte> chainKey = default, signingKey = default;
        var header = default(SenderKeyHeader);
        var reader = new ProtoReader(bytes[1..]);
        while (reader.TryRead(out ProtoField field))
        {
            header.Add(field);
            chainKey = field.Number == ChainKeyField ? field.Bytes : chainKey;
            signingKey = field.Number == SigningKeyField ? field.Bytes : signingKey;
        }

        if (reader.IsMalformed || !header.IsComplete || chainKey.Length != KeySchedule.KeySize || !WireKeys.TryRead(signingKey, out X25519PublicKey key))
        {
            return SenderKeyStatus.Malformed;
        }

        message = new DistributionMessage
        {
            DistributionId = header.DistributionId,
            ChainId = header.ChainId,
            Iteration = header.Iteration,
            ChainKey = chainKey,
            SigningKey = key,
        };
        return SenderKeyStatus.Ok;
    }

    public static byte[] Build(Guid distributionId, uint chainId, uint iteration, ReadOnlySpan<byte> chainKey, X25519PublicKey signingKey)
    {
        byte[] bytes = new byte[SenderKeyWire.HeaderSize(chainId, iteration) + ProtoWriter.BytesFieldSize(KeySchedule.KeySize) + ProtoWriter.BytesFieldSize(WireKeys.X25519Size)];
        ProtoWriter writer = SenderKeyWire.WriteHeader(bytes, distributionId, chainId, iteration);
        chainKey.CopyTo(writer.ReserveBytes(ChainKeyField, KeySchedule.KeySize));
        WireKeys.Write(signingKey, writer.ReserveBytes(SigningKeyField, WireKeys.X25519Size));
        return bytes;
    }
}
