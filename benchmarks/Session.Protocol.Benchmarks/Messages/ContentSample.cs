using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Messages;

namespace Session.Protocol.Benchmarks.Messages;

/// <summary>A text of 200 characters that answers another one and carries a profile.</summary>
internal static class ContentSample
{
    public const long TimestampMs = 1_700_000_000_000;

    public static TextMessage Message { get; } = new(new string('x', 200))
    {
        Quote = new MessageReference(SessionIdentity.FromSeed(new RawAccount(1).Seed).AccountId, TimestampMs),
        Profile = new UserProfile { DisplayName = "Alice" },
    };

    public static byte[] Bytes { get; } = ContentCodec.Encode(Message, TimestampMs);
}
