using System.Buffers;
using Session.Protocol.Encodings;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The strict bencode reader. What it accepts has one form only, so writing it again gives the same bytes.</summary>
internal sealed class BencodeTarget : IFuzzTarget
{
    public static string Name => "bencode";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(1, input.Length));
        var writer = new BencodeWriter(output);
        var reader = new BencodeReader(input);
        while (TryCopyItem(ref reader, writer))
        {
            FuzzFinding.Require(reader.Consumed <= input.Length, "Read beyond the end.");
        }

        FuzzFinding.Require(output.WrittenSpan.SequenceEqual(input[..reader.Consumed]), "Written again, it differs.");
        var whole = new BencodeReader(input);
        bool skipped = whole.TrySkip(out ReadOnlySpan<byte> value);
        FuzzFinding.Require(skipped == writer.IsComplete, "Walking and skipping disagree.");
        FuzzFinding.Require(!skipped || value.Length == reader.Consumed, "Walking and skipping end in different places.");
    }

    private static bool TryCopyItem(ref BencodeReader reader, BencodeWriter writer)
    {
        if (reader.TryReadKey(out ReadOnlySpan<byte> text))
        {
            writer.WriteKey(text);
        }
        else if (reader.TryReadInteger(out long number))
        {
            writer.WriteInteger(number);
        }
        else if (reader.TryReadString(out text))
        {
            writer.WriteString(text);
        }
        else if (reader.TryStartList())
        {
            writer.StartList();
        }
        else if (reader.TryStartDictionary())
        {
            writer.StartDictionary();
        }
        else if (reader.TryEnd())
        {
            writer.End();
        }
        else
        {
            return false;
        }

        return true;
    }
}
