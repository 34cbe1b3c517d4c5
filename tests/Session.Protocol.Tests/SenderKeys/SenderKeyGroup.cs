using System.Buffers.Binary;
using System.Text;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>An author and a reader of one group. Sessions only; what a store would do is done by hand.</summary>
internal sealed class SenderKeyGroup : IDisposable
{
    public const int HeaderSize = 18;
    public const int FirstStateAt = HeaderSize;
    public const int ChainIdAt = FirstStateAt + 1;
    public const int IterationAt = ChainIdAt + sizeof(uint);
    public const int ChainKeyAt = IterationAt + sizeof(uint);
    public const int SigningKeyAt = ChainKeyAt + KeySchedule.KeySize;
    public const int SecretAt = SigningKeyAt + 32;

    // A version 4 UUID: older libsignals take no others.
    public static readonly Guid Id = Guid.Parse("00112233-4455-4677-8899-aabbccddeeff");

    public SenderKeyGroup(int seed = 1)
    {
        Random = new SeededRandomSource(seed);
        Distribution = Author.CreateDistribution(Random);
        Assert.Equal(SenderKeyStatus.Ok, Reader.Process(Distribution));
    }

    public SeededRandomSource Random { get; }

    public SenderKeySession Author { get; private set; } = new(Id);

    public SenderKeySession Reader { get; } = new(Id);

    /// <summary>The author's position at the start.</summary>
    public byte[] Distribution { get; }

    public byte[] Send(string text)
    {
        Assert.Equal(SenderKeyStatus.Ok, Author.Encrypt(Encoding.UTF8.GetBytes(text), out byte[] message, Random));
        return message;
    }

    /// <summary>The text, or the status when the message was refused.</summary>
    public static string Open(SenderKeySession at, byte[] message)
    {
        SenderKeyDecryptResult result = at.Decrypt(message);
        return result.Status == SenderKeyStatus.Ok ? Encoding.UTF8.GetString(result.Plaintext.Span) : $"[{result.Status}]";
    }

    public string Open(byte[] message) => Open(Reader, message);

    /// <summary>What somebody has who copied the whole state.</summary>
    public static SenderKeySession Clone(SenderKeySession of) => Read(of.Serialize());

    public static SenderKeySession Read(byte[] record)
    {
        Assert.True(SenderKeySession.TryDeserialize(record, out SenderKeySession? session));
        return session;
    }

    public static SenderKeySession NewReader(byte[] distribution)
    {
        var reader = new SenderKeySession(Id);
        Assert.Equal(SenderKeyStatus.Ok, reader.Process(distribution));
        return reader;
    }

    /// <summary>Moves the author on as so many messages would, without the cost of signing them.</summary>
    public void Skip(int messages)
    {
        byte[] record = Author.Serialize();
        Span<byte> key = record.AsSpan(ChainKeyAt, KeySchedule.KeySize), iteration = record.AsSpan(IterationAt);
        Span<byte> seed = stackalloc byte[KeySchedule.KeySize];
        for (int i = 0; i < messages; i++)
        {
            KeySchedule.ChainStep(key, seed);
        }

        BinaryPrimitives.WriteUInt32LittleEndian(iteration, BinaryPrimitives.ReadUInt32LittleEndian(iteration) + (uint)messages);
        Replace(record);
    }

    /// <summary>Says that the author's next message has this number, whatever it was.</summary>
    public void Renumber(uint iteration)
    {
        byte[] record = Author.Serialize();
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(IterationAt), iteration);
        Replace(record);
    }

    public void Dispose()
    {
        Author.Dispose();
        Reader.Dispose();
    }

    private void Replace(byte[] record)
    {
        Author.Dispose();
        Author = Read(record);
    }
}
