using Session.Protocol.Sealing;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Both lengths of padding, and removing it strictly.</summary>
public sealed class MessagePaddingSuite() : KindSuite("message_padding")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "pad_160" => Pad(@case, MessagePadding.PaddedSize(@case.In.Message().Length)),
        "pad_classic" => Pad(@case, MessagePadding.ClassicPaddedSize(@case.In.Message().Length)),
        "unpad" or "unpad_strict" => Unpad(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome Pad(KindCase @case, int size)
    {
        byte[] padded = new byte[size];
        MessagePadding.Pad(@case.In.Message(), padded);
        return CaseOutcome.WhenEqual("padded", @case.Out.Hex("padded"), padded);
    }

    private static CaseOutcome Unpad(KindCase @case)
    {
        byte[] padded = @case.In.Message("padded");
        if (!MessagePadding.TryUnpad(padded, out int size))
        {
            return CaseOutcome.When(!@case.Accept, "refused");
        }

        return @case.Accept ? CaseOutcome.WhenEqual("message", @case.Out.Message(), padded.AsSpan(0, size)) : CaseOutcome.Failed("accepted");
    }
}
