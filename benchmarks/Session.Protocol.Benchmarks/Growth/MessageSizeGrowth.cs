using System.Buffers;
using Google.Protobuf;
using Session.Protocol.Benchmarks.Onion;
using Session.Protocol.Benchmarks.Ratchet;
using Session.Protocol.Benchmarks.Sealing;
using Session.Protocol.Messages.Wire;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Ratchet;
using Session.Protocol.Sealing;

namespace Session.Protocol.Benchmarks.Growth;

/// <summary>Costs against the size of a message, up to what a swarm stores.</summary>
internal static class MessageSizeGrowth
{
    public static GrowthTable Table { get; } = new(
        "message size, bytes",
        [0, 1_000, 10_000, 30_000, 76_000],
        [new("v1 seal", Seal), new("v1 open", Open), new("ratchet encrypt", RatchetEncrypt), new("onion build", OnionBuild)]);

    // A record holds no text of this length, the encryption does.
    private static byte[] Content(int size) => new Content
    {
        DataMessage = new DataMessage { Body = ByteString.CopyFrom(new byte[size]) },
        SigTimestamp = V1Sample.TimestampMs,
    }.ToByteArray();

    private static Action Seal(int size)
    {
        var sample = new V1Sample();
        byte[] content = Content(size);
        var output = new ArrayBufferWriter<byte>(SealedMessage.MaxStoredSize);
        return () =>
        {
            output.ResetWrittenCount();
            SealedMessage.SealTo(content, sample.Alice, sample.Bob.AccountId, V1Sample.TimestampMs, output);
        };
    }

    private static Action Open(int size)
    {
        var sample = new V1Sample();
        byte[] stored = SealedMessage.Seal(Content(size), sample.Alice, sample.Bob.AccountId, V1Sample.TimestampMs);
        return () => _ = SealedMessage.Open(stored, sample.Bob);
    }

    private static Action RatchetEncrypt(int size)
    {
        var sample = new RatchetSample(RatchetSuite.Pqxdh);
        byte[] plaintext = new byte[size];
        return () => RatchetSample.Require(sample.Alice.Encrypt(plaintext, RatchetSample.Now, out _));
    }

    private static Action OnionBuild(int size)
    {
        var sample = new OnionSample();
        byte[] payload = new byte[size];
        var output = new ArrayBufferWriter<byte>(4 * (size + 4096));
        var key = new OnionReplyKey();
        return () =>
        {
            output.ResetWrittenCount();
            sample.Builder.BuildForNode(sample.Path, sample.Destination, payload, output, key);
        };
    }
}
