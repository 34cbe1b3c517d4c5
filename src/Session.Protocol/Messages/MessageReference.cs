using System.Runtime.InteropServices;
using Session.Protocol.Accounts;

namespace Session.Protocol.Messages;

/// <summary>The name of a message in Session: who wrote it, and when (protocol/11 §0).</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MessageReference
{
    /// <summary>Names a message.</summary>
    /// <param name="author">Who wrote it; in a community the blinded id under which it was posted.</param>
    /// <param name="sentTimestampMs">When it was sent, in Unix milliseconds; in a community when it was posted.</param>
    /// <exception cref="ArgumentException">The author is the default value, which names nobody.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A time before 1970 or after the year 9999.</exception>
    public MessageReference(AccountId author, long sentTimestampMs)
    {
        Author = Limits.RequireId(author, nameof(author));
        SentTimestampMs = Limits.RequireTime(sentTimestampMs, nameof(sentTimestampMs));
    }

    /// <summary>Who wrote it.</summary>
    public AccountId Author { get; }

    /// <summary>When it was sent, in Unix milliseconds.</summary>
    public long SentTimestampMs { get; }
}
