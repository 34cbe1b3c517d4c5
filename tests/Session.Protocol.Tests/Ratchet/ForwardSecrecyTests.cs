using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>The promise: whoever takes the whole state after a message cannot open that message or any before it.</summary>
public class ForwardSecrecyTests
{
    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_StateTakenAfterwards_OpensNothingReceivedBefore(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        var received = new List<RatchetMessage>();
        for (int round = 0; round < 8; round++)
        {
            for (int i = 0; i < 3; i++)
            {
                received.Add(RatchetPair.Send(pair.Alice, $"secret {round} {i}"));
                Assert.Equal($"secret {round} {i}", pair.Open(pair.Bob, received[^1]));
            }

            pair.BobToAlice("go on");
        }

        using RatchetSession stolen = pair.Clone(pair.Bob);
        Assert.All(received, message => Assert.True(pair.Receive(stolen, message).Status is RatchetStatus.Duplicate or RatchetStatus.Invalid));
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Encrypt_SendersStateTakenAfterwards_HoldsNoKeyThatWasUsed(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        byte[] chainKey = ChainKeyOfBobsPeer(pair);
        for (int i = 0; i < 10; i++)
        {
            byte[] seed = new byte[KeySchedule.KeySize], usedKey = (byte[])chainKey.Clone();
            pair.AliceToBob($"message {i}");
            KeySchedule.ChainStep(chainKey, seed);
            foreach (byte[] record in new[] { pair.Alice.Serialize(), pair.Bob.Serialize() })
            {
                Assert.Equal(-1, record.AsSpan().IndexOf(seed));
                Assert.Equal(-1, record.AsSpan().IndexOf(usedKey));
            }

            // The search finds what is there: both sides hold the key of the next message.
            Assert.NotEqual(-1, pair.Bob.Serialize().AsSpan().IndexOf(chainKey));
            Assert.NotEqual(-1, pair.Alice.Serialize().AsSpan().IndexOf(chainKey));
        }
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_SkippedKeyUsed_LeavesTheRecord(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        byte[] chainKey = ChainKeyOfBobsPeer(pair), seed = new byte[KeySchedule.KeySize];
        KeySchedule.ChainStep(chainKey, seed);
        RatchetMessage late = RatchetPair.Send(pair.Alice, "late");
        pair.AliceToBob("early");
        Assert.NotEqual(-1, pair.Bob.Serialize().AsSpan().IndexOf(seed));
        Assert.Equal(suite == RatchetSuite.PqxdhWithPqChain, pair.Bob.Current!.Pq?.Skipped.Count == 1);

        Assert.Equal("late", pair.Open(pair.Bob, late));

        Assert.Equal(-1, pair.Bob.Serialize().AsSpan().IndexOf(seed));
        Assert.Equal(0, pair.Bob.Current!.Pq?.Skipped.Count ?? 0);
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_PreKeysDeleted_IdentityKeyAloneOpensNoFirstMessage(RatchetSuite suite)
    {
        using var pair = new RatchetPair(suite);
        pair.Start();
        RatchetMessage first = RatchetPair.Send(pair.Alice, "recorded");
        using var thief = new RatchetSession(pair.BobParty, pair.AliceParty.Address);

        Assert.Equal(RatchetStatus.UnknownPreKey, thief.Decrypt(first).Status);
        Assert.Equal(RatchetStatus.UnknownPreKey, thief.Decrypt(first, pair.BobsKeys with { OneTimePreKey = null }).Status);

        // With keys of the right numbers but other content the handshake comes out different.
        using SignedPreKey other = pair.BobParty.CreateSignedPreKey(7, RatchetPair.Now);
        Assert.Equal(RatchetStatus.Invalid, thief.Decrypt(first, pair.BobsKeys with { SignedPreKey = other }).Status);
        Assert.Equal(RatchetStatus.Ok, thief.Decrypt(first, pair.BobsKeys).Status);
    }

    // A second message makes Bob know the chain that Alice sends in.
    private static byte[] ChainKeyOfBobsPeer(RatchetPair pair)
    {
        pair.AliceToBob("first of a new chain");
        return pair.Bob.Current!.Receiving[^1].Key.ToArray();
    }
}
