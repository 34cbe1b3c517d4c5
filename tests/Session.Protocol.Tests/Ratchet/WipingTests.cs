using System.Buffers;
using System.Text;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>The promise: keys are zero in memory once they are used or disposed.</summary>
public class WipingTests
{
    [Fact]
    public void Dispose_WholeSession_LeavesOnlyZeros()
    {
        RatchetPair pair = RatchetPair.Established(RatchetSuite.PqxdhWithPqChain);
        _ = RatchetPair.Send(pair.Alice, "lost");
        pair.AliceToBob("arrived");
        SessionState state = pair.Bob.Current!;
        ReadOnlySpan<byte> secrets = state.Secrets, chain = state.Receiving[^1].Key, skipped = state.Receiving[^1].Skipped.Memory;
        ReadOnlySpan<byte> pq = state.Pq!.ReceiveKey, pqSkipped = state.Pq.Skipped.Memory;
        Assert.True(secrets.ContainsAnyExcept((byte)0) && chain.ContainsAnyExcept((byte)0) && skipped.ContainsAnyExcept((byte)0));
        Assert.True(pq.ContainsAnyExcept((byte)0) && pqSkipped.ContainsAnyExcept((byte)0));

        pair.Dispose();

        Assert.False(secrets.ContainsAnyExcept((byte)0) || chain.ContainsAnyExcept((byte)0) || skipped.ContainsAnyExcept((byte)0));
        Assert.False(pq.ContainsAnyExcept((byte)0) || pqSkipped.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => pair.Bob.Encrypt([1], RatchetPair.Now, out _));
    }

    [Fact]
    public void Dispose_PartyAndPreKeys_LeavesOnlyZeros()
    {
        RatchetParty party = RatchetParty.Create(new RatchetAddress("someone"));
        SignedPreKey signed = party.CreateSignedPreKey(1, RatchetPair.Now);
        KemPreKey kem = party.CreateKemPreKey(1, RatchetPair.Now);
        OneTimePreKey oneTime = OneTimePreKey.Create(1);
        ReadOnlySpan<byte> a = party.Secret, b = signed.Secret, c = kem.Secret, d = oneTime.Secret;

        party.Dispose();
        signed.Dispose();
        kem.Dispose();
        oneTime.Dispose();

        Assert.False(a.ContainsAnyExcept((byte)0) || b.ContainsAnyExcept((byte)0) || c.ContainsAnyExcept((byte)0) || d.ContainsAnyExcept((byte)0));
        Assert.Throws<ObjectDisposedException>(() => party.CreateSignedPreKey(2, RatchetPair.Now));
        Assert.Throws<ObjectDisposedException>(signed.Serialize);
    }

    [Fact]
    public void Decrypt_KeysOfTheStep_AreOverwrittenInPlace()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.PqxdhWithPqChain);
        RatchetMessage late = RatchetPair.Send(pair.Alice, "late");
        pair.AliceToBob("early");
        ReceivingChain chain = pair.Bob.Current!.Receiving[^1];
        ReadOnlySpan<byte> skipped = chain.Skipped.Memory, key = chain.Key;
        byte[] usedSeed = skipped.Slice(sizeof(uint), KeySchedule.KeySize).ToArray(), usedKey = key.ToArray();

        Assert.Equal("late", pair.Open(pair.Bob, late));
        pair.AliceToBob("next");

        Assert.Equal(-1, skipped.IndexOf(usedSeed));
        Assert.False(key.SequenceEqual(usedKey));
    }

    [Fact]
    public void Decrypt_RentedMemory_GoesBackWithoutPlaintext()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        string text = new('s', 5000);

        pair.AliceToBob(text);

        // The pool hands this thread what it returned last.
        byte[] rented = ArrayPool<byte>.Shared.Rent(5000);
        Assert.Equal(-1, rented.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text[..32])));
        ArrayPool<byte>.Shared.Return(rented);
    }
}
