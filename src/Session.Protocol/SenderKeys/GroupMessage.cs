using Session.Protocol.Cryptography;
using Session.Protocol.Encodings;

namespace Session.Protocol.SenderKeys;

/// <summary>A SenderKeyMessage, taken apart (protocol/31 §2). The spans point into the received bytes.</summary>
internal readonly ref struct GroupMessage
{
    private const int CiphertextField = 4;
    private const int MinSize = 1 + XEdDSA.SignatureSize;

    public Guid DistributionId { get; private init; }

    public uint ChainId { get; private init; }

    public uint Iteration { get; private init; }

    public ReadOnlySpan<byte> Ciphertext { get; private init; }

    /// <summary>Version byte and protobuf as received.</summary>
    public ReadOnlySpan<byte> Signed { get; private init; }

    public ReadOnlySpan<byte> Signature { get; private init; }

    public static SenderKeyStatus TryParse(ReadOnlySpan<byte> bytes, out GroupMessage message)
    {
        message = default;
        if (bytes.Length is < MinSize or > SenderKeyLimits.MaxMessageSize)
        {
            return SenderKeyStatus.Malformed;
        }

        if (SenderKeyWire.CheckVersion(bytes[0]) is var status and not SenderKeyStatus.Ok)
        {
            return status;
        }

        ReadOnlySpan<byte> ciphertext = default;
        var header = default(SenderKeyHeader);
        var reader = new ProtoReader(bytes[1..^XEdDSA.SignatureSize]);
        while (reader.TryRead(out ProtoField field))
        {
            header.Add(field);
            ciphertext = field.Number == CiphertextField ? field.Bytes : ciphertext;
        }

        if (reader.IsMalformed || !header.IsComplete || ciphertext.IsEmpty)
        {
            return SenderKeyStatus.Malformed;
        }

        message = new GroupMessage
        {
            DistributionId = header.DistributionId,
            ChainId = header.ChainId,
            Iteration = header.Iteration,
            Ciphertext = ciphertext,
            Signed = bytes[..^XEdDSA.SignatureSize],
            Signature = bytes[^XEdDSA.SignatureSize..],
        };
        return SenderKeyStatus.Ok;
    }

    /// <summary>Size of the whole message.</summary>
    public static int SizeOf(uint chainId, uint iteration, int ciphertextSize) =>
        SenderKeyWire.HeaderSize(chainId, iteration) + ProtoWriter.BytesFieldSize(ciphertextSize) + XEdDSA.SignatureSize;

    /// <summary>Writes version byte and protobuf, and gives the place of the ciphertext. The signature comes behind.</summary>
    public static Span<byte> Write(Span<byte> destination, Guid distributionId, uint chainId, uint iteration, int ciphertextSize) =>
        SenderKeyWire.WriteHeader(destination, distributionId, chainId, iteration).ReserveBytes(CiphertextField, ciphertextSize);
}
