using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The v4 form of requests to servers and of their answers: bencode around JSON.</summary>
internal sealed class OnionServerMessageTarget : IFuzzTarget
{
    public static string Name => "onion-server-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        _ = V4Message.TryDecodeRequest(bytes, out _);
        _ = OnionReplyReader.TryReadServerReply(OnionParty.ReplyKey.Seal(input, RandomSource.System), OnionParty.ReplyKey, out _);
    }
}
