using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Tests.Ratchet;

public class RatchetSessionTests
{
    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Serialize_EstablishedSession_IsSmallAndReadsBack(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        for (int i = 0; i < 10; i++)
        {
            pair.AliceToBob($"{i}");
            pair.BobToAlice($"{i}");
        }

        byte[] record = pair.Bob.Serialize();
        using RatchetSession again = pair.Clone(pair.Bob);

        Assert.InRange(record.Length, 1, 4096);
        Assert.Equal(record, again.Serialize());
        Assert.Equal(suite, again.Suite);
        Assert.Equal(5, again.Current!.Receiving.Count);
    }

    [Fact]
    public void Serialize_PendingHybridSession_IsSmallAndReadsBack()
    {
        using var pair = new RatchetPair(RatchetSuite.PqxdhWithPqChain);
        pair.Start();

        byte[] record = pair.Alice.Serialize();
        using RatchetSession again = pair.Clone(pair.Alice);

        Assert.InRange(record.Length, 1, 4096);
        Assert.Equal(record, again.Serialize());
        Assert.True(again.IsPending);
        Assert.Equal("hi", pair.Open(pair.Bob, RatchetPair.Send(again, "hi")));
    }

    [Fact]
    public void TryDeserialize_CutOrAltered_NeverThrows()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.PqxdhWithPqChain);
        _ = RatchetPair.Send(pair.Alice, "lost");
        pair.AliceToBob("arrived");
        byte[] record = pair.Bob.Serialize();
        for (int size = 0; size < record.Length; size++)
        {
            Assert.False(RatchetSession.TryDeserialize(record.AsSpan(0, size), pair.BobParty, pair.AliceParty.Address, null, null, out _));
        }

        Assert.False(RatchetSession.TryDeserialize([.. record, 0], pair.BobParty, pair.AliceParty.Address, null, null, out _));
        for (int at = 0; at < record.Length; at++)
        {
            byte[] altered = (byte[])record.Clone();
            altered[at] ^= 0xff;
            if (RatchetSession.TryDeserialize(altered, pair.BobParty, pair.AliceParty.Address, null, null, out RatchetSession? session))
            {
                session.Dispose();
            }
        }
    }

    [Fact]
    public void Encrypt_PendingForTooLong_GivesNoSession()
    {
        using var pair = new RatchetPair(RatchetSuite.X3dh);
        pair.Start();

        Assert.Equal(RatchetStatus.Ok, pair.Alice.Encrypt([1], RatchetPair.Now + RatchetLimits.MaxPendingAge, out _));
        byte[] before = pair.Alice.Serialize();
        Assert.Equal(RatchetStatus.NoSession, pair.Alice.Encrypt([1], RatchetPair.Now + RatchetLimits.MaxPendingAge + TimeSpan.FromSeconds(1), out _));
        Assert.Equal(before, pair.Alice.Serialize());

        pair.AliceToBob("answer me");
        pair.BobToAlice("here");
        Assert.Equal(RatchetStatus.Ok, pair.Alice.Encrypt([1], RatchetPair.Now.AddYears(5), out RatchetMessage message));
        Assert.Equal(RatchetMessageType.Message, message.Type);
    }

    [Fact]
    public void Encrypt_TooLong_IsMisuse()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);

        Assert.Equal(RatchetStatus.Ok, pair.Alice.Encrypt(new byte[RatchetLimits.MaxPlaintextSize], RatchetPair.Now, out RatchetMessage longest));
        Assert.Equal(RatchetStatus.Ok, pair.Receive(pair.Bob, longest).Status);
        Assert.Throws<ArgumentException>(() => pair.Alice.Encrypt(new byte[RatchetLimits.MaxPlaintextSize + 1], RatchetPair.Now, out _));
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Initiate_AlteredBundle_IsRefused(RatchetSuite suite)
    {
        using var pair = new RatchetPair(suite);
        PreKeyBundle good = pair.BobsBundle;
        X25519PublicKey other = pair.AliceParty.IdentityKey;
        PreKeyBundle[] bad =
        [
            good with { IdentityKey = other },
            good with { SignedPreKey = other },
            good with { SignedPreKeySignature = new byte[64] },
            good with { SignedPreKeySignature = default },
            good with { OneTimePreKey = default },
            .. suite == RatchetSuite.X3dh
                ? Array.Empty<PreKeyBundle>()
                : [good with { KemPreKeySignature = new byte[64] }, good with { KemPreKey = new byte[1568] }, good with { KemPreKey = new byte[3] }, good with { KemPreKeyId = null }],
        ];
        byte[] before = pair.Alice.Serialize();

        Assert.All(bad, bundle => Assert.Equal(RatchetStatus.InvalidBundle, pair.Alice.Initiate(bundle, RatchetPair.Now, suite)));
        Assert.Equal(before, pair.Alice.Serialize());
        Assert.Null(pair.Alice.KnownIdentity);
        Assert.Throws<ArgumentOutOfRangeException>(() => pair.Alice.Initiate(good, RatchetPair.Now, RatchetSuite.None));
        Assert.Equal(RatchetStatus.Ok, pair.Alice.Initiate(good, RatchetPair.Now));
    }

    [Fact]
    public void Initiate_OtherIdentityThanKnown_IsUntrustedInBothDirections()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        using var impostor = new RatchetPair(RatchetSuite.X3dh, seed: 2);
        impostor.Start();
        byte[] alice = pair.Alice.Serialize(), bob = pair.Bob.Serialize();

        Assert.Equal(RatchetStatus.UntrustedIdentity, pair.Alice.Initiate(impostor.BobsBundle, RatchetPair.Now));
        Assert.Equal(RatchetStatus.UntrustedIdentity, pair.Receive(pair.Bob, RatchetPair.Send(impostor.Alice, "it is me")).Status);
        Assert.Equal(alice, pair.Alice.Serialize());
        Assert.Equal(bob, pair.Bob.Serialize());
        pair.AliceToBob("still here");
    }

    [Fact]
    public void TrustWithdrawn_EstablishedSession_NeitherSendsNorReceives()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        RatchetMessage message = RatchetPair.Send(pair.Alice, "text");
        byte[] record = pair.Bob.Serialize();
        Assert.True(RatchetSession.TryDeserialize(record, pair.BobParty, pair.AliceParty.Address, new NoTrust(), null, out RatchetSession? wary));
        using (wary)
        {
            Assert.Equal(RatchetStatus.UntrustedIdentity, wary.Decrypt(message).Status);
            Assert.Equal(RatchetStatus.UntrustedIdentity, wary.Encrypt([1], RatchetPair.Now, out _));
            Assert.Equal(record, wary.Serialize());
        }
    }

    [Fact]
    public void Decrypt_MoreJumpedOverThanKept_DropsTheOldest()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.PqxdhWithPqChain);
        RatchetMessage[] sent = [.. Enumerable.Range(0, RatchetLimits.MaxSkippedKeys + 2).Select(i => RatchetPair.Send(pair.Alice, $"{i}"))];

        Assert.Equal($"{sent.Length - 1}", pair.Open(pair.Bob, sent[^1]));

        Assert.Equal("[Duplicate]", pair.Open(pair.Bob, sent[0]));
        Assert.Equal("1", pair.Open(pair.Bob, sent[1]));
        Assert.Equal("[Duplicate]", pair.Open(pair.Bob, sent[1]));
        Assert.Equal("1000", pair.Open(pair.Bob, sent[1000]));
        using RatchetSession again = pair.Clone(pair.Bob);
        Assert.Equal("2000", pair.Open(again, sent[2000]));
        Assert.Equal("[Duplicate]", pair.Open(again, sent[1000]));
    }

    [Fact]
    public void Archive_LateMessage_OpensAndBringsTheSessionBack()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        RatchetMessage late = RatchetPair.Send(pair.Alice, "late");

        pair.Bob.Archive();
        Assert.Equal(RatchetStatus.NoSession, pair.Bob.Encrypt([1], RatchetPair.Now, out _));
        Assert.Equal(1, pair.Bob.ArchivedCount);

        Assert.Equal("late", pair.Open(pair.Bob, late));
        pair.BobToAlice("back");
        Assert.Equal(0, pair.Bob.ArchivedCount);
    }

    [Fact]
    public void ToString_SessionAndResults_SayNoSecret()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        DecryptResult result = pair.Receive(pair.Bob, RatchetPair.Send(pair.Alice, "private"));

        Assert.Equal("alice.1", pair.Bob.ToString());
        Assert.Equal("bob.1", pair.BobParty.ToString());
        Assert.Equal("Ok", result.ToString());
    }

    private sealed class NoTrust : IIdentityTrust
    {
        public bool IsTrusted(RatchetAddress peer, X25519PublicKey identity, X25519PublicKey? known, TrustDirection direction) => false;
    }
}
