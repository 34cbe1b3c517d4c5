using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Devices;

/// <summary>
/// What an account publishes about its devices: who speaks the ratchet, and the keys to start a session with each of them
/// (protocol/32 §4.3). Signed by the account. Nothing in it tells whom the account talks to.
/// </summary>
internal sealed record CapabilityRecord
{
    public const uint Version = 1;

    /// <summary>What this library speaks, strongest first.</summary>
    public static readonly IReadOnlyList<RatchetSuite> KnownSuites = [RatchetSuite.PqxdhWithPqChain, RatchetSuite.Pqxdh, RatchetSuite.X3dh];

    /// <summary>Grows with every record of the account, whichever device writes it.</summary>
    public required uint Number { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>The owner's word that no official client shares the account. Without it a ratcheted message could be missed.</summary>
    public required bool AllDevicesSpeak { get; init; }

    public required IReadOnlyList<RatchetSuite> Suites { get; init; }

    public required IReadOnlyList<DeviceRecord> Devices { get; init; }

    public IReadOnlyList<DeviceTag> Removed { get; init; } = [];

    private static ReadOnlySpan<byte> Context => "Session.Protocol capability record 1"u8;

    /// <summary>Reads and checks a record from anybody. Never throws.</summary>
    /// <param name="bytes">The signed record.</param>
    /// <param name="account">Whose it must be.</param>
    /// <param name="now">Network time.</param>
    /// <param name="record">The record, or null unless the result is <see cref="CapabilityRecordStatus.Ok"/>.</param>
    public static CapabilityRecordStatus TryOpen(ReadOnlySpan<byte> bytes, AccountId account, DateTimeOffset now, out CapabilityRecord? record)
    {
        record = null;
        if (bytes.Length > DeviceLimits.MaxRecordSize)
        {
            return CapabilityRecordStatus.TooLarge;
        }

        try
        {
            Wire.SignedRecord signed = Wire.SignedRecord.Parser.ParseFrom(bytes);
            CapabilityRecordStatus status = CheckSignature(signed, account);
            return status == CapabilityRecordStatus.Ok ? CapabilityRecordCodec.Read(signed.Content.Span, now, out record) : status;
        }
        catch (InvalidProtocolBufferException)
        {
            return CapabilityRecordStatus.Malformed;
        }
    }

    /// <summary>Writes and signs the record.</summary>
    public byte[] Sign(SessionIdentity account)
    {
        byte[] content = CapabilityRecordCodec.Write(this);
        byte[] signature = new byte[Ed25519.SignatureSize];
        account.Sign(SignedText(account.AccountId, content), signature);
        return new Wire.SignedRecord
        {
            Content = UnsafeByteOperations.UnsafeWrap(content),
            SigningKey = ByteString.CopyFrom(account.SigningKey.AsSpan()),
            Signature = UnsafeByteOperations.UnsafeWrap(signature),
        }.ToByteArray();
    }

    /// <summary>The entry of a device, or null.</summary>
    public DeviceRecord? Find(DeviceTag tag) => Devices.FirstOrDefault(x => x.Tag == tag);

    private static CapabilityRecordStatus CheckSignature(Wire.SignedRecord signed, AccountId account)
    {
        if (signed.SigningKey.Length != Ed25519PublicKey.Size)
        {
            return CapabilityRecordStatus.Malformed;
        }

        var key = new Ed25519PublicKey(signed.SigningKey.Span);
        if (!AccountId.TryFromEd25519(key, out AccountId signer) || signer != account)
        {
            return CapabilityRecordStatus.WrongAccount;
        }

        return key.Verify(SignedText(account, signed.Content.Span), signed.Signature.Span) ? CapabilityRecordStatus.Ok : CapabilityRecordStatus.BadSignature;
    }

    // Starts with the context: nothing that the account signs elsewhere, and no serialized pre-key, begins like this.
    private static byte[] SignedText(AccountId account, ReadOnlySpan<byte> content) => [.. Context, .. account.AsSpan(), .. content];
}
