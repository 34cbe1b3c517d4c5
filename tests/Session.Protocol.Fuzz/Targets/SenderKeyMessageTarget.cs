using Session.Protocol.Cryptography;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>
/// A group message: as it is to a reader of another author, where it never opens; and signed by the author, as a dishonest member
/// can, because behind the signature mutations would never come.
/// </summary>
internal sealed class SenderKeyMessageTarget : IFuzzTarget
{
    private static readonly SenderKeySession Author = SenderKeyAuthor.Create(1);
    private static readonly SenderKeySession Stranger = SenderKeyAuthor.Read(StrangersRecord());
    private static readonly byte[] StrangerState = Stranger.Serialize();
    private static readonly byte[] ReaderState = SenderKeyAuthor.ReaderRecord(Author);

    public static string Name => "sender-key-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        _ = SenderKeySession.TryReadDistributionId(input, out _);
        SenderKeyStatus status = Stranger.Decrypt(input).Status;
        FuzzFinding.Require(status != SenderKeyStatus.Ok, "A message of another author was opened.");
        FuzzFinding.Require(Stranger.Serialize().AsSpan().SequenceEqual(StrangerState), $"{status} changed the session.");

        byte[] signed = Sign(input);
        using SenderKeySession reader = SenderKeyAuthor.Read(ReaderState);
        status = reader.Decrypt(signed).Status;
        byte[] after = reader.Serialize();
        FuzzFinding.Require(status == SenderKeyStatus.Ok || after.AsSpan().SequenceEqual(ReaderState), $"{status} changed the session.");
        SenderKeyAuthor.Read(after).Dispose();
        FuzzFinding.Require(status != SenderKeyStatus.Ok || reader.Decrypt(signed).Status == SenderKeyStatus.Duplicate, "A message opened twice.");
    }

    // The author's signature in place of the last 64 bytes.
    private static byte[] Sign(ReadOnlySpan<byte> input)
    {
        byte[] signed = input.ToArray();
        if (signed.Length > XEdDSA.SignatureSize)
        {
            ReadOnlySpan<byte> secret = Author.States[0].SigningSecret;
            Span<byte> point = stackalloc byte[Edwards25519.PointSize];
            XEdDSA.PublicPoint(secret, point);
            XEdDSA.Sign(secret, point, signed.AsSpan(..^XEdDSA.SignatureSize), new byte[XEdDSA.RandomSize], signed.AsSpan(^XEdDSA.SignatureSize..));
        }

        return signed;
    }

    // Another author's chain under the same chain id.
    private static byte[] StrangersRecord()
    {
        const int chainIdAt = 19;
        using SenderKeySession other = SenderKeyAuthor.Create(2);
        byte[] record = SenderKeyAuthor.ReaderRecord(other);
        BitConverter.TryWriteBytes(record.AsSpan(chainIdAt), Author.ChainId!.Value);
        return record;
    }
}
