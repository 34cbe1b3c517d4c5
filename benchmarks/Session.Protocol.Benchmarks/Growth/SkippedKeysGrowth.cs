using Session.Protocol.Benchmarks.Ratchet;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Growth;

/// <summary>Costs of a session against the number of message keys that it keeps for messages that have not arrived.</summary>
internal static class SkippedKeysGrowth
{
    public static GrowthTable Table { get; } = new(
        "skipped keys kept",
        [1, 10, 100, 1_000, 2_000],
        [new("read the record, decrypt the next message", DecryptNext), new("the same, the oldest missing message", DecryptOldest), new("write the record", Serialize)]);

    private static Action DecryptNext(int skipped) => Decrypt(skipped, messages => messages[^1]);

    private static Action DecryptOldest(int skipped) => Decrypt(skipped, messages => messages[0]);

    // A message opens once, so the session is read from its record each time; the column of the record shows what that takes.
    private static Action Decrypt(int skipped, Func<RatchetMessage[], RatchetMessage> choose)
    {
        (RatchetSample sample, byte[] record, RatchetMessage[] messages) = Skip(skipped);
        RatchetMessage message = choose(messages);
        return () =>
        {
            using RatchetSession bob = sample.BobFrom(record);
            _ = sample.Receive(bob, message);
        };
    }

    private static Action Serialize(int skipped)
    {
        (RatchetSample sample, _, _) = Skip(skipped);
        return () => _ = sample.Bob.Serialize();
    }

    private static (RatchetSample Sample, byte[] Record, RatchetMessage[] Messages) Skip(int skipped)
    {
        var sample = new RatchetSample(RatchetSuite.Pqxdh);
        RatchetMessage[] messages = [.. Enumerable.Range(0, skipped + 2).Select(_ => sample.Send(sample.Alice))];
        sample.Receive(sample.Bob, messages[^2]);
        return (sample, sample.Bob.Serialize(), messages);
    }
}
