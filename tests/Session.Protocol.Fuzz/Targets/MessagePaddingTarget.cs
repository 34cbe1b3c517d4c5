using Session.Protocol.Sealing;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The padding of messages.</summary>
internal sealed class MessagePaddingTarget : IFuzzTarget
{
    public static string Name => "message-padding";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (MessagePadding.TryUnpad(input, out int size))
        {
            FuzzFinding.Require(size < input.Length, "A message is as long as its padded form.");
        }

        byte[] padded = new byte[MessagePadding.PaddedSize(input.Length)];
        MessagePadding.Pad(input, padded);
        FuzzFinding.Require(MessagePadding.TryUnpad(padded, out size) && size == input.Length, "Unpad does not undo pad.");
    }
}
