using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Ratchet;
using Session.Protocol.Benchmarks.Sealing;
using Session.Protocol.Benchmarks.SenderKeys;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Ratchet;
using Session.Protocol.Sealing;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Benchmarks.Growth;

/// <summary>Costs for the author against the number of members, one device each: 1 KiB to all of them, with a sender key and without.</summary>
internal static class GroupSizeGrowth
{
    private static readonly byte[] OuterKey = new byte[GroupBox.KeySize];

    public static GrowthTable Table { get; } = new(
        "members of a group",
        [2, 5, 10, 25, 50, 100],
        [new("encrypt once", EncryptOnce), new("new key for all", Rotate), new("the message to each instead", FanOut)]);

    private static AccountId Group { get; } = NewGroup();

    /// <summary>What each message costs: sender key, object, outer box.</summary>
    private static Action EncryptOnce(int members)
    {
        var sample = new V1Sample();
        var author = new SenderKeySession(Guid.NewGuid());
        author.Rotate();
        return () =>
        {
            SenderKeySample.Require(author.Encrypt(new GroupPayload(1, [], sample.Content).Write(), out byte[] message));
            _ = GroupBox.Seal(OuterKey, Group, GroupObject.OfMessage(message), RandomSource.System);
        };
    }

    /// <summary>What the first message after a departure costs beside: another chain, and a letter with it for each of the others.</summary>
    private static Action Rotate(int members)
    {
        var sample = new V1Sample();
        Peer[] peers = Peers(members);
        var author = new SenderKeySession(Guid.NewGuid());
        var own = DeviceTag.Create(RandomSource.System);
        return () =>
        {
            author.Rotate();
            byte[] letter = new GroupLetter(Group) { Distribution = author.CreateDistribution(), NextNumber = 1, Sender = own }.Write(V1Sample.TimestampMs);
            RatchetBody[] bodies = [.. peers.Select(x => x.Encrypt(sample.Alice, letter))];
            byte[] content = new GroupLetters(sample.Alice.AccountId, own, V1Sample.TimestampMs, bodies, default).Write(sample.Alice, Group);
            _ = GroupBox.Seal(OuterKey, Group, content, RandomSource.System);
        };
    }

    /// <summary>What each message would cost without sender keys: the ratchet and a sealed envelope for each of the others.</summary>
    private static Action FanOut(int members)
    {
        var sample = new V1Sample();
        Peer[] peers = Peers(members);
        var own = DeviceTag.Create(RandomSource.System);
        return () =>
        {
            foreach (Peer peer in peers)
            {
                var envelope = new RatchetEnvelope(own, [peer.Device], AlsoSealed: false, [peer.Encrypt(sample.Alice, sample.Content)]);
                _ = SealedMessage.Seal(new DeviceMessage { Envelope = envelope }.Write(V1Sample.TimestampMs), sample.Alice, peer.Account, V1Sample.TimestampMs);
            }
        };
    }

    // Sessions in which both have been heard: the ratchet's first messages cost more, once (RatchetInitiatePqxdh).
    private static Peer[] Peers(int members) => [.. Enumerable.Range(1, members - 1).Select(_ => new Peer())];

    private static AccountId NewGroup()
    {
        using var key = GroupAdminKey.FromSeed(new byte[GroupAdminKey.SeedSize]);
        return key.GroupId;
    }

    /// <summary>Another member.</summary>
    private sealed class Peer
    {
        private readonly RatchetSample _ratchet = new(RatchetSuite.Pqxdh);

        public AccountId Account { get; } = new V1Sample().Bob.AccountId;

        public DeviceTag Device { get; } = DeviceTag.Create(RandomSource.System);

        public RatchetBody Encrypt(SessionIdentity author, byte[] content)
        {
            RatchetSample.Require(_ratchet.Alice.Encrypt(RatchetPlaintext.Create(author.AccountId, Account, content), RatchetSample.Now, out RatchetMessage message));
            return new RatchetBody(Device, message);
        }
    }
}
