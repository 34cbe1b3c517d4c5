using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Groups;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Groups;

/// <summary>What this account holds of a group beside its changes: the rights to the swarm, the outer keys, and what is still to be done. Secret.</summary>
internal sealed record GroupAccess
{
    /// <summary>Requests remembered: one for each member and epoch in the usual case; the oldest are forgotten.</summary>
    public const int MaxRequests = 256;

    private const byte Format = 1;

    /// <summary>What stays when it is over.</summary>
    public static GroupAccess Ended { get; } = new() { IsOver = true };

    /// <summary>The right of a member to the swarm; empty for an admin.</summary>
    public ReadOnlyMemory<byte> SigningValue { get; init; }

    /// <summary>The group's key; empty unless admin.</summary>
    public ReadOnlyMemory<byte> Seed { get; init; }

    /// <summary>Outer keys, newest first.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> OuterKeys { get; init; } = [];

    /// <summary>This account's part in it is over: it left, declined or was removed. What it holds is gone, the name stays.</summary>
    public bool IsOver { get; init; }

    /// <summary>Own changes that the group has not been told of yet.</summary>
    public IReadOnlyList<GroupHash> Unannounced { get; init; } = [];

    /// <summary>Accounts that must be told pairwise what has become of them: invited, promoted, removed.</summary>
    public IReadOnlyList<AccountId> Untold { get; init; } = [];

    /// <summary>Departures whose tokens are revoked; the newest, as many as a node remembers and some more.</summary>
    public IReadOnlyList<GroupHash> Revoked { get; init; } = [];

    /// <summary>Whom was asked for what in which epoch. Never twice.</summary>
    public IReadOnlyList<GroupAsk> Asked { get; init; } = [];

    public static GroupAccess Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        bool isOver = reader.Byte() != 0;
        byte[] signingValue = reader.Bytes(reader.Byte()).ToArray();
        byte[] seed = reader.Bytes(reader.Byte()).ToArray();
        var keys = new List<ReadOnlyMemory<byte>>();
        for (int i = reader.Byte(); i > 0; i--)
        {
            keys.Add(reader.Bytes(GroupBox.KeySize).ToArray());
        }

        IReadOnlyList<GroupHash> unannounced = ReadHashes(ref reader);
        IReadOnlyList<GroupHash> revoked = ReadHashes(ref reader);
        var untold = new List<AccountId>();
        for (int i = reader.UInt16(); i > 0 && !reader.IsDefect; i--)
        {
            untold.Add(AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId account) ? account : default);
        }

        var asked = new List<GroupAsk>();
        for (int i = reader.UInt16(); i > 0 && !reader.IsDefect; i--)
        {
            _ = AccountId.TryCreate(reader.Bytes(AccountId.Size), out AccountId account);
            asked.Add(new GroupAsk(account, (GroupRequest)reader.Byte(), reader.UInt32()));
        }

        return known && reader.IsComplete
            ? new GroupAccess
            {
                IsOver = isOver,
                SigningValue = signingValue,
                Seed = seed,
                OuterKeys = keys,
                Unannounced = unannounced,
                Revoked = revoked,
                Untold = untold,
                Asked = asked,
            }
            : throw new InvalidDataException("The store gave a group that this version cannot read.");
    }

    /// <summary>The entry with its secrets; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[1 + 1 + 1 + SigningValue.Length + 1 + Seed.Length + 1 + (OuterKeys.Count * GroupBox.KeySize) + 2 + (Unannounced.Count * GroupHash.Size)
            + 2 + (Revoked.Count * GroupHash.Size) + 2 + (Untold.Count * AccountId.Size) + 2 + (Asked.Count * (AccountId.Size + 1 + 4))];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Byte(IsOver ? (byte)1 : (byte)0);
        writer.Byte((byte)SigningValue.Length);
        writer.Bytes(SigningValue.Span);
        writer.Byte((byte)Seed.Length);
        writer.Bytes(Seed.Span);
        writer.Byte((byte)OuterKeys.Count);
        foreach (ReadOnlyMemory<byte> key in OuterKeys)
        {
            writer.Bytes(key.Span);
        }

        WriteHashes(ref writer, Unannounced);
        WriteHashes(ref writer, Revoked);
        writer.UInt16(Untold.Count);
        foreach (AccountId account in Untold)
        {
            writer.Bytes(account.AsSpan());
        }

        writer.UInt16(Asked.Count);
        foreach (GroupAsk ask in Asked)
        {
            writer.Bytes(ask.Account.AsSpan());
            writer.Byte((byte)ask.Request);
            writer.UInt32(ask.Epoch);
        }

        return bytes;
    }

    /// <summary>With a new outer key in front; the oldest go.</summary>
    public GroupAccess WithKey(ReadOnlyMemory<byte> key) => OuterKeys.Any(x => x.Span.SequenceEqual(key.Span))
        ? this
        : this with { OuterKeys = [key, .. OuterKeys.Take(GroupLimits.MaxOuterKeys - 1)] };

    public ReadOnlyMemory<byte>? FindKey(GroupHash id)
    {
        foreach (ReadOnlyMemory<byte> key in OuterKeys)
        {
            if (GroupBox.IdOf(key.Span) == id)
            {
                return key;
            }
        }

        return null;
    }

    public GroupAccess WithAsked(GroupAsk ask) => this with { Asked = [ask, .. Asked.Take(MaxRequests - 1)] };

    public GroupAccess WithUntold(IEnumerable<AccountId> accounts) => this with { Untold = [.. Untold.Union(accounts)] };

    /// <summary>Zeroes the secrets.</summary>
    public void Clear()
    {
        foreach (ReadOnlyMemory<byte> secret in OuterKeys.Append(Seed).Append(SigningValue))
        {
            if (MemoryMarshal.TryGetArray(secret, out ArraySegment<byte> bytes))
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    public override string ToString() => nameof(GroupAccess);

    private static List<GroupHash> ReadHashes(ref StateReader reader)
    {
        var hashes = new List<GroupHash>();
        for (int i = reader.UInt16(); i > 0 && !reader.IsDefect; i--)
        {
            _ = GroupHash.TryRead(reader.Bytes(GroupHash.Size), out GroupHash hash);
            hashes.Add(hash);
        }

        return hashes;
    }

    private static void WriteHashes(ref StateWriter writer, IReadOnlyList<GroupHash> hashes)
    {
        writer.UInt16(hashes.Count);
        foreach (GroupHash hash in hashes)
        {
            writer.Bytes(hash.ToArray());
        }
    }
}
