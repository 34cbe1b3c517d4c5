using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Messages;

namespace Session.Protocol.Benchmarks.Sealing;

/// <summary>One message of 1 KiB from one account to another, for the library and for the floor.</summary>
internal sealed class V1Sample
{
    public const int ContentSize = 1024;
    public const long TimestampMs = 1_700_000_000_000;

    /// <summary>What 1 KiB is padded to: the next multiple of 160 that leaves room for the terminator.</summary>
    public const int PaddedSize = 1120;

    private static readonly RawAccount RawAlice = new(1);
    private static readonly RawAccount RawBob = new(2);

    public SessionIdentity Alice { get; } = SessionIdentity.FromSeed(RawAlice.Seed);

    public SessionIdentity Bob { get; } = SessionIdentity.FromSeed(RawBob.Seed);

    public byte[] Content { get; } = MakeContent();

    public RawSealedBox Raw { get; } = new RawSealedBox(RawAlice, RawBob, PaddedSize).Sealed();

    private static byte[] MakeContent()
    {
        int overhead = ContentCodec.Encode(new TextMessage(new string('x', ContentSize / 2)), TimestampMs).Length - (ContentSize / 2);
        byte[] content = ContentCodec.Encode(new TextMessage(new string('x', ContentSize - overhead)), TimestampMs);
        return content.Length == ContentSize ? content : throw new InvalidOperationException($"The sample is {content.Length} bytes.");
    }
}
