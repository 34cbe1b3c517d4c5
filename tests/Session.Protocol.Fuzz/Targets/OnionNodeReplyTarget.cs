using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The reply of a node, as the guard hands it on and as the destination itself may shape it.</summary>
internal sealed class OnionNodeReplyTarget : IFuzzTarget
{
    public static string Name => "onion-node-reply";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        bool forged = OnionReplyReader.TryReadNodeReply(input, OnionParty.ReplyKey, out _);
        FuzzFinding.Require(!forged, "A reply that nobody encrypted was read.");

        // A dishonest destination: genuine encryption around anything.
        byte[] genuine = OnionParty.ReplyKey.Seal(input, RandomSource.System);
        _ = OnionReplyReader.TryReadNodeReply(genuine, OnionParty.ReplyKey, out _);
    }
}
