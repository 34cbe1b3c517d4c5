using Session.Protocol.Encodings;
using Session.Protocol.Sealing;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The reader that walks over protobuf fields before anything is trusted.</summary>
internal sealed class ProtobufTarget : IFuzzTarget
{
    public static string Name => "protobuf";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var reader = new ProtoReader(input);
        int fields = 0;
        while (reader.TryRead(out _))
        {
            FuzzFinding.Require(++fields <= input.Length, "More fields than bytes.");
        }

        _ = SignedTimestamp.TryRead(input, out _);
    }
}
