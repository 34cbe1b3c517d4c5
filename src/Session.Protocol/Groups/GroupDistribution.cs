using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Groups;

/// <summary>How sender keys are named in a group, and moved on without a session.</summary>
internal static class GroupDistribution
{
    /// <summary>
    /// The distribution id of one device in one group. It is made of their names, so nobody can pass another's sender key off as his own:
    /// the id is under the signature of every message, and a reader looks it up under the account and device it stands for.
    /// </summary>
    public static Guid IdOf(AccountId group, AccountId author, DeviceTag device)
    {
        Span<byte> named = stackalloc byte[AccountId.Size + AccountId.Size + DeviceTag.Size];
        group.AsSpan().CopyTo(named);
        author.AsSpan().CopyTo(named[AccountId.Size..]);
        device.ToArray().CopyTo(named[(2 * AccountId.Size)..]);
        Span<byte> hash = stackalloc byte[Blake2b.MinHashSize];
        Blake2b.HashPersonal(named, "SessionGroupDist"u8, hash);
        return new Guid(hash, bigEndian: true);
    }

    /// <summary>
    /// The same chain from a later message on, for a member that may read from there and not before. Null when the chain does not start
    /// so early, or that place is further ahead than a reader may jump.
    /// </summary>
    public static byte[]? From(ReadOnlySpan<byte> start, uint iteration)
    {
        if (DistributionMessage.TryParse(start, out DistributionMessage message) != SenderKeyStatus.Ok
            || message.Iteration > iteration || iteration - message.Iteration > SenderKeyLimits.MaxForwardJump)
        {
            return null;
        }

        Span<byte> chainKey = stackalloc byte[KeySchedule.KeySize];
        Span<byte> seed = stackalloc byte[KeySchedule.KeySize];
        message.ChainKey.CopyTo(chainKey);
        for (uint i = message.Iteration; i < iteration; i++)
        {
            KeySchedule.ChainStep(chainKey, seed);
        }

        byte[] moved = DistributionMessage.Build(message.DistributionId, message.ChainId, iteration, chainKey, message.SigningKey);
        CryptographicOperations.ZeroMemory(chainKey);
        CryptographicOperations.ZeroMemory(seed);
        return moved;
    }
}
