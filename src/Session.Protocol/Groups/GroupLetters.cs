using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Messages;
using Session.Protocol.Ratchet;
using Session.Protocol.Sealing;

namespace Session.Protocol.Groups;

/// <summary>
/// Ratchet messages to many devices, stored once in the group's swarm instead of once in each recipient's. The account's signature binds
/// them to the group and says whose device wrote them, as the sealed box does in an inbox.
/// </summary>
/// <param name="Author">The account, proved by the signature.</param>
/// <param name="Sender">Its device.</param>
/// <param name="TimestampMs">When, network time.</param>
/// <param name="Bodies">One for each device.</param>
/// <param name="Record">The author's capability record, or empty; not checked.</param>
internal sealed record GroupLetters(AccountId Author, DeviceTag Sender, long TimestampMs, IReadOnlyList<RatchetBody> Bodies, ReadOnlyMemory<byte> Record)
{
    private static ReadOnlySpan<byte> Context => "SessionGroupLetters1"u8;

    /// <summary>Signs and writes the object to store.</summary>
    public byte[] Write(SessionIdentity identity, AccountId group)
    {
        var content = new Wire.LettersContent
        {
            SenderTag = UnsafeByteOperations.UnsafeWrap(Sender.ToArray()),
            Time = (ulong)TimestampMs,
            Bodies = { Bodies.Select(Write) },
        };
        if (!Record.IsEmpty)
        {
            content.CapabilityRecord = UnsafeByteOperations.UnsafeWrap(Record);
        }

        byte[] bytes = content.ToByteArray();
        byte[] signature = new byte[Ed25519.SignatureSize];
        identity.Sign(SignedText(group, bytes), signature);
        Ed25519PublicKey key = identity.SigningKey;
        return GroupObject.OfLetters(new Wire.Letters
        {
            Content = UnsafeByteOperations.UnsafeWrap(bytes),
            SigningKey = ByteString.CopyFrom(key.AsSpan()),
            Signature = UnsafeByteOperations.UnsafeWrap(signature),
        });
    }

    /// <summary>Reads what <see cref="GroupObject.Letters"/> holds; null when it is malformed or not signed for this group. Never throws.</summary>
    public static GroupLetters? TryRead(ReadOnlySpan<byte> bytes, AccountId group)
    {
        try
        {
            Wire.Letters wire = Wire.Letters.Parser.ParseFrom(bytes);
            if (wire.SigningKey.Length != Ed25519PublicKey.Size
                || !SenderAccountCache.TryGet(new Ed25519PublicKey(wire.SigningKey.Span), out AccountId author)
                || !Ed25519.Verify(wire.SigningKey.Span, SignedText(group, wire.Content.Span), wire.Signature.Span))
            {
                return null;
            }

            return TryReadContent(wire.Content.Span, author);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Reads the signed part, whoever signed it. Never throws.</summary>
    internal static GroupLetters? TryReadContent(ReadOnlySpan<byte> bytes, AccountId author)
    {
        try
        {
            Wire.LettersContent content = Wire.LettersContent.Parser.ParseFrom(bytes);
            return DeviceTag.TryRead(content.SenderTag.Span, out DeviceTag sender) && content.Time <= Limits.MaxTimeMs && TryRead(content, out List<RatchetBody> bodies)
                ? new GroupLetters(author, sender, (long)content.Time, bodies, content.CapabilityRecord.Memory)
                : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static bool TryRead(Wire.LettersContent content, out List<RatchetBody> bodies)
    {
        bodies = [];
        if (content.Bodies.Count > GroupLimits.MaxBodies)
        {
            return false;
        }

        foreach (Wire.Body body in content.Bodies)
        {
            if (!DeviceTag.TryRead(body.RecipientTag.Span, out DeviceTag tag) || body.Type is not ((uint)RatchetMessageType.Message or (uint)RatchetMessageType.PreKey))
            {
                return false;
            }

            bodies.Add(new RatchetBody(tag, new RatchetMessage((RatchetMessageType)body.Type, body.Message.Memory)));
        }

        return true;
    }

    private static Wire.Body Write(RatchetBody body) => new()
    {
        RecipientTag = UnsafeByteOperations.UnsafeWrap(body.Recipient.ToArray()),
        Type = (uint)body.Message.Type,
        Message = UnsafeByteOperations.UnsafeWrap(body.Message.Bytes),
    };

    private static byte[] SignedText(AccountId group, ReadOnlySpan<byte> content) => [.. Context, .. group.AsSpan(), .. content];
}
