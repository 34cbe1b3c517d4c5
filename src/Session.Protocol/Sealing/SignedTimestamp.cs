using Session.Protocol.Encodings;

namespace Session.Protocol.Sealing;

/// <summary>Reads the one field of a serialised Content that sealing looks at: 15 <c>sigTimestamp</c>, the time under the signature.</summary>
internal static class SignedTimestamp
{
    private const int Field = 15;

    /// <summary>False when the bytes are no protobuf message. Zero stands for absent, as official readers take it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> content, out ulong timestamp)
    {
        timestamp = 0;
        var reader = new ProtoReader(content);
        while (reader.TryRead(out ProtoField field))
        {
            if (field.IsVarint(Field))
            {
                timestamp = field.Value;
            }
        }

        return !reader.IsMalformed;
    }
}
