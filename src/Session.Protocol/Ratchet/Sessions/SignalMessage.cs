using Session.Protocol.Accounts;
using Session.Protocol.Encodings;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>A message of type 2, taken apart (protocol/30 §5). The spans point into the received bytes.</summary>
internal readonly ref struct SignalMessage
{
    public const int MacSize = 8;

    /// <summary>Version byte and MAC; protobuf in between.</summary>
    private const int MinSize = 1 + MacSize;

    private const int RatchetKeyField = 1;
    private const int CounterField = 2;
    private const int PreviousCounterField = 3;
    private const int CiphertextField = 4;
    private const int PqRatchetField = 5;
    private const int AddressesField = 6;

    private const int OldestVersion = 3;
    private const int NewestVersion = 4;

    /// <summary>The first byte: session version above, newest version that the writer knows below.</summary>
    public byte VersionByte { get; private init; }

    public int Version => VersionByte >> 4;

    public X25519PublicKey RatchetKey { get; private init; }

    public uint Counter { get; private init; }

    public ReadOnlySpan<byte> Ciphertext { get; private init; }

    /// <summary>Empty when absent.</summary>
    public ReadOnlySpan<byte> PqRatchet { get; private init; }

    /// <summary>Service ids of sender and recipient; empty when absent.</summary>
    public ReadOnlySpan<byte> Addresses { get; private init; }

    /// <summary>What the MAC covers besides the identity keys.</summary>
    public ReadOnlySpan<byte> Authenticated { get; private init; }

    public ReadOnlySpan<byte> Mac { get; private init; }

    public static RatchetStatus TryParse(ReadOnlySpan<byte> bytes, out SignalMessage message)
    {
        message = default;
        if (bytes.Length is < MinSize or > RatchetLimits.MaxMessageSize)
        {
            return RatchetStatus.Malformed;
        }

        if (CheckVersion(bytes[0]) is var status and not RatchetStatus.Ok)
        {
            return status;
        }

        ReadOnlySpan<byte> ratchetKey = default, ciphertext = default, pqRatchet = default, addresses = default;
        ulong? counter = null;
        bool fits = true;
        var reader = new ProtoReader(bytes[1..^MacSize]);
        while (reader.TryRead(out ProtoField field))
        {
            switch (field.Number)
            {
                case RatchetKeyField:
                    ratchetKey = field.Bytes;
                    break;
                case CounterField:
                    counter = field.Value;
                    break;
                case CiphertextField:
                    ciphertext = field.Bytes;
                    break;
                case PqRatchetField:
                    pqRatchet = field.Bytes;
                    break;
                case AddressesField:
                    addresses = field.Bytes;
                    break;
                default:
                    break;
            }

            fits &= field.Number switch
            {
                CounterField or PreviousCounterField => field is { WireType: ProtoWireType.Varint, Value: <= uint.MaxValue },
                >= RatchetKeyField and <= AddressesField => field.WireType == ProtoWireType.Bytes,
                _ => true,
            };
        }

        if (reader.IsMalformed || !fits || counter is null || ciphertext.IsEmpty || !WireKeys.TryRead(ratchetKey, out X25519PublicKey key))
        {
            return RatchetStatus.Malformed;
        }

        message = new SignalMessage
        {
            VersionByte = bytes[0],
            RatchetKey = key,
            Counter = (uint)counter,
            Ciphertext = ciphertext,
            PqRatchet = pqRatchet,
            Addresses = addresses,
            Authenticated = bytes[..^MacSize],
            Mac = bytes[^MacSize..],
        };
        return RatchetStatus.Ok;
    }

    public static RatchetStatus CheckVersion(byte versionByte) =>
        versionByte >> 4 is < OldestVersion or > NewestVersion ? RatchetStatus.Version : RatchetStatus.Ok;

    /// <summary>Size of version byte and protobuf, without MAC.</summary>
    public static int SizeOf(uint counter, uint previousCounter, int ciphertextSize, int pqRatchetSize) =>
        1 + ProtoWriter.BytesFieldSize(WireKeys.X25519Size) + ProtoWriter.VarintFieldSize(counter) + ProtoWriter.VarintFieldSize(previousCounter)
        + ProtoWriter.BytesFieldSize(ciphertextSize) + (pqRatchetSize == 0 ? 0 : ProtoWriter.BytesFieldSize(pqRatchetSize));

    /// <summary>Writes version byte and protobuf, and gives the place of the ciphertext.</summary>
    public static Span<byte> Write(
        Span<byte> destination, byte versionByte, X25519PublicKey ratchetKey, uint counter, uint previousCounter, int ciphertextSize, ReadOnlySpan<byte> pqRatchet)
    {
        destination[0] = versionByte;
        var writer = new ProtoWriter(destination[1..]);
        WireKeys.Write(ratchetKey, writer.ReserveBytes(RatchetKeyField, WireKeys.X25519Size));
        writer.WriteVarint(CounterField, counter);
        writer.WriteVarint(PreviousCounterField, previousCounter);
        Span<byte> ciphertext = writer.ReserveBytes(CiphertextField, ciphertextSize);
        if (!pqRatchet.IsEmpty)
        {
            pqRatchet.CopyTo(writer.ReserveBytes(PqRatchetField, pqRatchet.Length));
        }

        return ciphertext;
    }
}
