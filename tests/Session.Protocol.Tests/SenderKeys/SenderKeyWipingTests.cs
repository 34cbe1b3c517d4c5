using System.Buffers;
using System.Text;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>The promise: keys are zero in memory once they are used or disposed, and a disposed session says so.</summary>
public class SenderKeyWipingTests
{
    [Fact]
    public void Dispose_AuthorAndReader_LeavesOnlyZeros()
    {
        var group = new SenderKeyGroup();
        _ = group.Send("lost");
        Assert.Equal("arrived", group.Open(group.Send("arrived")));
        SenderKeyState own = group.Author.States[0], read = group.Reader.States[0];
        ReadOnlySpan<byte> chain = own.ChainKey, secret = own.SigningSecret, readChain = read.ChainKey, skipped = read.Skipped.Memory;
        Assert.True(chain.ContainsAnyExcept((byte)0) && secret.ContainsAnyExcept((byte)0));
        Assert.True(readChain.ContainsAnyExcept((byte)0) && skipped.ContainsAnyExcept((byte)0));

        group.Dispose();

        Assert.False(chain.ContainsAnyExcept((byte)0) || secret.ContainsAnyExcept((byte)0));
        Assert.False(readChain.ContainsAnyExcept((byte)0) || skipped.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Dispose_AllThatWasDroppedBefore_IsZeroToo()
    {
        using var group = new SenderKeyGroup();
        ReadOnlySpan<byte> oldest = group.Reader.States[0].ChainKey;
        for (int i = 0; i < SenderKeyLimits.MaxStates; i++)
        {
            group.Author.Rotate(group.Random);
            Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));
        }

        Assert.False(oldest.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void DisposedSession_EveryCall_Throws()
    {
        var group = new SenderKeyGroup();
        byte[] message = group.Send("x");
        var writer = new ArrayBufferWriter<byte>();
        group.Dispose();
        group.Dispose();
        foreach (SenderKeySession session in new[] { group.Author, group.Reader })
        {
            Assert.Throws<ObjectDisposedException>(() => session.Encrypt("x"u8, out _));
            Assert.Throws<ObjectDisposedException>(() => session.EncryptTo("x"u8, writer));
            Assert.Throws<ObjectDisposedException>(() => session.Decrypt(message));
            Assert.Throws<ObjectDisposedException>(() => session.DecryptTo(message, writer));
            Assert.Throws<ObjectDisposedException>(() => session.Process(group.Distribution));
            Assert.Throws<ObjectDisposedException>(() => session.CreateDistribution());
            Assert.Throws<ObjectDisposedException>(() => session.Rotate());
            Assert.Throws<ObjectDisposedException>(session.Serialize);
            Assert.Throws<ObjectDisposedException>(() => session.IsOwn);
            Assert.Throws<ObjectDisposedException>(() => session.ChainId);
            Assert.Throws<ObjectDisposedException>(() => session.Iteration);
            Assert.Throws<ObjectDisposedException>(() => session.StateCount);
        }
    }

    [Fact]
    public void DisposedEmptySession_Throws()
    {
        var empty = new SenderKeySession(SenderKeyGroup.Id);
        empty.Dispose();

        Assert.Throws<ObjectDisposedException>(() => empty.CreateDistribution());
        Assert.Throws<ObjectDisposedException>(() => empty.Rotate());
    }

    [Fact]
    public void Message_KeysOfTheStep_AreOverwrittenInPlace()
    {
        using var group = new SenderKeyGroup();
        byte[] late = group.Send("late");
        ReadOnlySpan<byte> sending = group.Author.States[0].ChainKey;
        byte[] usedKey = sending.ToArray();
        Assert.Equal("early", group.Open(group.Send("early")));
        ReadOnlySpan<byte> skipped = group.Reader.States[0].Skipped.Memory;
        byte[] usedSeed = skipped.Slice(sizeof(uint), KeySchedule.KeySize).ToArray();

        Assert.Equal("late", group.Open(late));

        Assert.False(sending.SequenceEqual(usedKey));
        Assert.Equal(-1, skipped.IndexOf(usedSeed));
    }

    [Fact]
    public void Decrypt_RentedMemory_GoesBackWithoutPlaintext()
    {
        using var group = new SenderKeyGroup();
        string text = new('s', 5000);

        Assert.Equal(text, group.Open(group.Send(text)));

        // The pool hands this thread what it returned last.
        byte[] rented = ArrayPool<byte>.Shared.Rent(5000);
        Assert.Equal(-1, rented.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text[..32])));
        ArrayPool<byte>.Shared.Return(rented);
    }

    [Fact]
    public void TakenState_AfterAMessage_DoesNotOpenIt()
    {
        using var group = new SenderKeyGroup();
        byte[] message = group.Send("read before the theft");
        Assert.Equal("read before the theft", group.Open(message));

        using SenderKeySession stolen = SenderKeyGroup.Clone(group.Reader);
        using SenderKeySession stolenFromAuthor = SenderKeyGroup.Clone(group.Author);

        Assert.Equal("[Duplicate]", SenderKeyGroup.Open(stolen, message));
        Assert.Equal("[Duplicate]", SenderKeyGroup.Open(stolenFromAuthor, message));
    }
}
