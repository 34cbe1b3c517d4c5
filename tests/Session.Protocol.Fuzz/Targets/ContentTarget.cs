using Session.Protocol.Messages;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The content of a message, whoever carried it.</summary>
internal sealed class ContentTarget : IFuzzTarget
{
    private const long SentTimestampMs = 1_700_000_000_000;

    /// <summary>Writing again may grow, and ends with an ArgumentException over the limit; far from it, it must not.</summary>
    private const int SurelyFits = ContentCodec.MaxSize / 4;

    public static string Name => "content";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        ContentDecodeResult result = ContentCodec.TryDecode(input, out MessageContent? content);
        FuzzFinding.Require((result == ContentDecodeResult.Ok) == (content is not null), "The result does not say whether there is content.");
        if (content is null || input.Length > SurelyFits)
        {
            return;
        }

        byte[] again = ContentCodec.Encode(content, SentTimestampMs);
        result = ContentCodec.TryDecode(again, out MessageContent? second);
        FuzzFinding.Require(result == ContentDecodeResult.Ok && second!.GetType() == content.GetType(), $"Decoded {content}, written again {result} {second}.");
    }
}
