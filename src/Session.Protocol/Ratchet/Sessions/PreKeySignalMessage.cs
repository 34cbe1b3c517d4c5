using Session.Protocol.Accounts;
using Session.Protocol.Encodings;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>A message of type 3, taken apart (protocol/30 §5): a handshake around a message. The spans point into the received bytes.</summary>
internal readonly ref struct PreKeySignalMessage
{
    private const int OneTimePreKeyIdField = 1;
    private const int BaseKeyField = 2;
    private const int IdentityKeyField = 3;
    private const int MessageField = 4;
    private const int RegistrationIdField = 5;
    private const int SignedPreKeyIdField = 6;
    private const int KemPreKeyIdField = 7;
    private const int KemCiphertextField = 8;

    /// <summary>The version whose handshake has a KEM part; the older one has none.</summary>
    private const int HybridVersion = 4;

    public int Version { get; private init; }

    public HandshakeId Handshake { get; private init; }

    public X25519PublicKey IdentityKey { get; private init; }

    /// <summary>Not authenticated.</summary>
    public uint RegistrationId { get; private init; }

    /// <summary>Without type byte; empty when absent.</summary>
    public ReadOnlySpan<byte> KemCiphertext { get; private init; }

    public SignalMessage Message { get; private init; }

    public static RatchetStatus TryParse(RatchetMessageType type, ReadOnlySpan<byte> bytes, out PreKeySignalMessage message)
    {
        message = default;
        if (type != RatchetMessageType.PreKey || bytes.Length is < 1 or > RatchetLimits.MaxMessageSize)
        {
            return RatchetStatus.Malformed;
        }

        if (SignalMessage.CheckVersion(bytes[0]) is var status and not RatchetStatus.Ok)
        {
            return status;
        }

        ReadOnlySpan<byte> baseKey = default, identityKey = default, inner = default, kem = default;
        uint? oneTimeId = null, signedId = null, kemId = null;
        uint registrationId = 0;
        bool fits = true;
        var reader = new ProtoReader(bytes[1..]);
        while (reader.TryRead(out ProtoField field))
        {
            fits &= field.Number switch
            {
                OneTimePreKeyIdField or RegistrationIdField or SignedPreKeyIdField or KemPreKeyIdField => field is { WireType: ProtoWireType.Varint, Value: <= uint.MaxValue },
                BaseKeyField or IdentityKeyField or MessageField or KemCiphertextField => field.WireType == ProtoWireType.Bytes,
                _ => true,
            };
            switch (field.Number)
            {
                case OneTimePreKeyIdField when fits:
                    oneTimeId = (uint)field.Value;
                    break;
                case BaseKeyField:
                    baseKey = field.Bytes;
                    break;
                case IdentityKeyField:
                    identityKey = field.Bytes;
                    break;
                case MessageField:
                    inner = field.Bytes;
                    break;
                case RegistrationIdField when fits:
                    registrationId = (uint)field.Value;
                    break;
                case SignedPreKeyIdField when fits:
                    signedId = (uint)field.Value;
                    break;
                case KemPreKeyIdField when fits:
                    kemId = (uint)field.Value;
                    break;
                case KemCiphertextField:
                    kem = field.Bytes;
                    break;
                default:
                    break;
            }
        }

        ReadOnlySpan<byte> kemValue = default;
        int version = bytes[0] >> 4;
        if (reader.IsMalformed || !fits || signedId is null
            || kemId is null != kem.IsEmpty || kemId is null == (version == HybridVersion)
            || (kemId is not null && !WireKeys.TryReadKyber(kem, out kemValue))
            || !WireKeys.TryRead(baseKey, out X25519PublicKey @base) || !WireKeys.TryRead(identityKey, out X25519PublicKey identity))
        {
            return RatchetStatus.Malformed;
        }

        status = SignalMessage.TryParse(inner, out SignalMessage signal);
        if (status != RatchetStatus.Ok || signal.Version != version)
        {
            return status == RatchetStatus.Ok ? RatchetStatus.Invalid : status;
        }

        message = new PreKeySignalMessage
        {
            Version = version,
            Handshake = new HandshakeId(signedId.Value, kemId, oneTimeId, @base),
            IdentityKey = identity,
            RegistrationId = registrationId,
            KemCiphertext = kemValue,
            Message = signal,
        };
        return RatchetStatus.Ok;
    }

    /// <summary>Wraps an inner message in the handshake of a pending session.</summary>
    public static byte[] Build(byte versionByte, PendingHandshake pending, X25519PublicKey baseKey, X25519PublicKey identity, uint registrationId, ReadOnlySpan<byte> inner)
    {
        int size = 1 + ProtoWriter.BytesFieldSize(WireKeys.X25519Size) + ProtoWriter.BytesFieldSize(WireKeys.X25519Size) + ProtoWriter.BytesFieldSize(inner.Length)
            + ProtoWriter.VarintFieldSize(registrationId) + ProtoWriter.VarintFieldSize(pending.SignedPreKeyId);
        size += pending.OneTimePreKeyId is { } oneTime ? ProtoWriter.VarintFieldSize(oneTime) : 0;
        size += pending.KemPreKeyId is { } kem ? ProtoWriter.VarintFieldSize(kem) + ProtoWriter.BytesFieldSize(WireKeys.KyberSize) : 0;

        byte[] bytes = new byte[size];
        bytes[0] = versionByte;
        var writer = new ProtoWriter(bytes.AsSpan(1));
        if (pending.OneTimePreKeyId is { } oneTimeId)
        {
            writer.WriteVarint(OneTimePreKeyIdField, oneTimeId);
        }

        WireKeys.Write(baseKey, writer.ReserveBytes(BaseKeyField, WireKeys.X25519Size));
        WireKeys.Write(identity, writer.ReserveBytes(IdentityKeyField, WireKeys.X25519Size));
        inner.CopyTo(writer.ReserveBytes(MessageField, inner.Length));
        writer.WriteVarint(RegistrationIdField, registrationId);
        writer.WriteVarint(SignedPreKeyIdField, pending.SignedPreKeyId);
        if (pending.KemPreKeyId is { } kemId)
        {
            writer.WriteVarint(KemPreKeyIdField, kemId);
            _ = WireKeys.WriteKyber(pending.KemCiphertext.Span, writer.ReserveBytes(KemCiphertextField, WireKeys.KyberSize));
        }

        return bytes;
    }
}
