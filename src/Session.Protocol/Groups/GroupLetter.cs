using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Devices;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Groups;

/// <summary>
/// What members tell each other pairwise, by ratchet only: invitations, keys, requests. It takes the place of a Content inside the
/// ratchet. Whatever is not given is empty. Partly secret: <see cref="ToString"/> shows nothing.
/// </summary>
internal sealed record GroupLetter(AccountId Group)
{
    /// <summary>Signed changes; not checked.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Changes { get; init; } = [];

    /// <summary>Outer key of the newest epoch that the sender knows, 32 bytes.</summary>
    public ReadOnlyMemory<byte> OuterKey { get; init; }

    /// <summary>The recipient's right to the group's swarm, 100 bytes.</summary>
    public ReadOnlyMemory<byte> SigningValue { get; init; }

    /// <summary>The group's key, 32 bytes: the recipient is an admin.</summary>
    public ReadOnlyMemory<byte> Seed { get; init; }

    /// <summary>A distribution of the sending device.</summary>
    public ReadOnlyMemory<byte> Distribution { get; init; }

    /// <summary>Number of the first message that <see cref="Distribution"/> opens.</summary>
    public ulong NextNumber { get; init; }

    public GroupRequest Request { get; init; }

    /// <summary>The sending device; stated with a distribution and with a request.</summary>
    public DeviceTag Sender { get; init; }

    /// <summary>Reads a Content that came by ratchet; null when it is no letter, or a bad one. Never throws.</summary>
    public static GroupLetter? TryRead(ReadOnlySpan<byte> content)
    {
        try
        {
            Wire.Letter? wire = Wire.LetterContent.Parser.ParseFrom(content).Letter;
            return wire is not null && AccountId.TryCreate(wire.GroupId.Span, out AccountId group) && group.Prefix == AccountIdPrefix.Group
                ? Read(wire, group)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Whether a Content is a letter at all, good or bad.</summary>
    public static bool IsLetter(ReadOnlySpan<byte> content)
    {
        try
        {
            return Wire.LetterContent.Parser.ParseFrom(content).Letter is not null;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    /// <summary>The Content to encrypt; the caller zeroes it.</summary>
    public byte[] Write(long timestampMs)
    {
        var wire = new Wire.Letter
        {
            GroupId = ByteString.CopyFrom(Group.AsSpan()),
            Changes = { Changes.Select(x => UnsafeByteOperations.UnsafeWrap(x)) },
            OuterKey = UnsafeByteOperations.UnsafeWrap(OuterKey),
            SigningValue = UnsafeByteOperations.UnsafeWrap(SigningValue),
            Seed = UnsafeByteOperations.UnsafeWrap(Seed),
            Distribution = UnsafeByteOperations.UnsafeWrap(Distribution),
            NextNumber = NextNumber,
            Request = (uint)Request,
            SenderTag = UnsafeByteOperations.UnsafeWrap(Sender.ToArray()),
        };
        return new Wire.LetterContent { SigTimestamp = (ulong)timestampMs, Letter = wire }.ToByteArray();
    }

    /// <summary>The kind only.</summary>
    public override string ToString() => nameof(GroupLetter);

    private static GroupLetter? Read(Wire.Letter wire, AccountId group)
    {
        bool ok = DeviceTag.TryRead(wire.SenderTag.Span, out DeviceTag sender)
            & wire.OuterKey.Length is 0 or GroupBox.KeySize
            & wire.SigningValue.Length is 0 or SubaccountSigner.SigningValueSize
            & wire.Seed.Length is 0 or GroupAdminKey.SeedSize
            & wire.Distribution.Length <= SenderKeyLimits.MaxDistributionSize
            & wire.Changes.Count <= GroupLimits.MaxChanges
            & wire.NextNumber < long.MaxValue
            & wire.Request <= (uint)GroupRequest.Snapshot;
        return !ok ? null : new GroupLetter(group)
        {
            Changes = [.. wire.Changes.Select(x => x.Memory)],
            OuterKey = wire.OuterKey.Memory,
            SigningValue = wire.SigningValue.Memory,
            Seed = wire.Seed.Memory,
            Distribution = wire.Distribution.Memory,
            NextNumber = wire.NextNumber,
            Request = (GroupRequest)wire.Request,
            Sender = sender,
        };
    }
}
