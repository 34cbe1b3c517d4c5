using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance.Suites;

/// <summary>BLAKE2b with 16 to 64 bytes of output and an optional key.</summary>
public sealed class HashSuite() : KindSuite("hash")
{
    protected override CaseOutcome Run(KindCase @case)
    {
        if (@case.Kind != "blake2b")
        {
            return Unknown(@case);
        }

        byte[] hash = new byte[@case.In.GetProperty("size").GetInt32()];
        Blake2b.Hash(@case.In.Message(), @case.In.HexOrNull("key"), hash);
        return @case.Accept ? CaseOutcome.WhenEqual("hash", @case.Out.Hex("hash"), hash) : CaseOutcome.Failed("accepted");
    }
}
