using Session.Protocol.Onion.Names;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a node says about a name. Records of the old form are read but not opened: each takes a second.</summary>
internal sealed class NameRecordTarget : IFuzzTarget
{
    public static string Name => "name-record";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (NameRecord.Read(input.ToArray()) is { IsLegacy: false } record)
        {
            FuzzFinding.Require(record.Open("jagerman") is null || record.EncryptedValue.Length == 98, "An account came out of a record of the wrong size.");
        }
    }
}
