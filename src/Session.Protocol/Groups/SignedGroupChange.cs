using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Groups;

/// <summary>
/// One change with its author's signature, which is bound to the group. It proves who wanted the change; whether it has an effect is
/// decided by <see cref="GroupEvaluator"/> from all changes together.
/// </summary>
internal sealed class SignedGroupChange
{
    private const int SignedHeaderSize = 19 + AccountId.Size;

    private SignedGroupChange(GroupHash id, AccountId author, ReadOnlyMemory<byte> bytes, GroupChangeHeader header, GroupChange change)
    {
        Id = id;
        Author = author;
        Bytes = bytes;
        Header = header;
        Change = change;
    }

    public GroupHash Id { get; }

    public AccountId Author { get; }

    /// <summary>As it travels and as it is stored.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    public GroupChangeHeader Header { get; }

    public GroupChange Change { get; }

    private static ReadOnlySpan<byte> Context => "SessionGroupChange1"u8;

    /// <summary>Signs a change.</summary>
    /// <param name="identity">The author.</param>
    /// <param name="group">The group.</param>
    /// <param name="header">Its place.</param>
    /// <param name="change">What it does.</param>
    /// <param name="founder">The group's key, with <see cref="GroupChange.Create"/> only.</param>
    public static SignedGroupChange Sign(SessionIdentity identity, AccountId group, GroupChangeHeader header, GroupChange change, GroupAdminKey? founder = null)
    {
        byte[] content = GroupChangeCodec.Write(header, change);
        byte[] text = SignedText(group, content);
        byte[] signature = new byte[Ed25519.SignatureSize];
        identity.Sign(text, signature);
        Ed25519PublicKey key = identity.SigningKey;
        var wire = new Wire.SignedChange
        {
            Content = UnsafeByteOperations.UnsafeWrap(content),
            SigningKey = ByteString.CopyFrom(key.AsSpan()),
            Signature = UnsafeByteOperations.UnsafeWrap(signature),
        };
        if (founder is not null)
        {
            byte[] founding = new byte[Ed25519.SignatureSize];
            founder.Sign(text, founding);
            wire.GroupSignature = UnsafeByteOperations.UnsafeWrap(founding);
        }

        return new SignedGroupChange(IdOf(key, text), identity.AccountId, wire.ToByteArray(), header, change);
    }

    /// <summary>Reads what anybody may have written. Never throws.</summary>
    /// <param name="bytes">The signed change.</param>
    /// <param name="group">The group that it must belong to.</param>
    /// <param name="change">The change when it is good.</param>
    /// <param name="isTrusted">The bytes come from this account's own store, and were checked before.</param>
    public static GroupChangeStatus TryRead(ReadOnlyMemory<byte> bytes, AccountId group, out SignedGroupChange? change, bool isTrusted = false)
    {
        change = null;
        if (bytes.Length > GroupLimits.MaxChangeSize)
        {
            return GroupChangeStatus.TooLarge;
        }

        try
        {
            Wire.SignedChange wire = Wire.SignedChange.Parser.ParseFrom(bytes.Span);
            GroupChangeStatus status = GroupChangeCodec.TryRead(wire.Content.Span, out GroupChangeHeader? header, out GroupChange? read);
            if (status != GroupChangeStatus.Ok)
            {
                return status;
            }

            if (wire.SigningKey.Length != Ed25519PublicKey.Size || !TryAccount(wire, out Ed25519PublicKey key, out AccountId author))
            {
                return GroupChangeStatus.Malformed;
            }

            byte[] text = SignedText(group, wire.Content.Span);
            if (!isTrusted && !Verify(wire, group, key, text, read!))
            {
                return GroupChangeStatus.BadSignature;
            }

            change = new SignedGroupChange(IdOf(key, text), author, bytes, header!, read!);
            return GroupChangeStatus.Ok;
        }
        catch (InvalidProtocolBufferException)
        {
            return GroupChangeStatus.Malformed;
        }
    }

    /// <summary>Order of evaluation: by sequence, then by name.</summary>
    public static int Compare([NotNull] SignedGroupChange left, [NotNull] SignedGroupChange right)
    {
        int bySequence = left.Header.Sequence.CompareTo(right.Header.Sequence);
        return bySequence != 0 ? bySequence : left.Id.Value.CompareTo(right.Id.Value);
    }

    public override string ToString() => Change.ToString();

    private static bool TryAccount(Wire.SignedChange wire, out Ed25519PublicKey key, out AccountId author)
    {
        key = new Ed25519PublicKey(wire.SigningKey.Span);
        return Sealing.SenderAccountCache.TryGet(key, out author);
    }

    private static bool Verify(Wire.SignedChange wire, AccountId group, Ed25519PublicKey key, byte[] text, GroupChange change) =>
        Ed25519.Verify(key.AsSpan(), text, wire.Signature.Span)
        && (change is not GroupChange.Create || Ed25519.Verify(group.KeySpan(), text, wire.GroupSignature.Span));

    private static byte[] SignedText(AccountId group, ReadOnlySpan<byte> content)
    {
        byte[] text = new byte[SignedHeaderSize + content.Length];
        Context.CopyTo(text);
        group.AsSpan().CopyTo(text.AsSpan(Context.Length));
        content.CopyTo(text.AsSpan(SignedHeaderSize));
        return text;
    }

    // The signature stays out: a signer can make several of one text.
    private static GroupHash IdOf(Ed25519PublicKey key, byte[] text)
    {
        byte[] named = [.. key.AsSpan(), .. text];
        return GroupHash.Of(named);
    }
}
