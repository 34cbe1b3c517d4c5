using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Decrypt 1 KiB in one chain.</summary>
public abstract class RatchetDecryptBase
{
    // A message opens once: after so many the receiver is read from its record again, which then does not show.
    private const int Messages = 16_384;

    private readonly RatchetSample _sample;
    private readonly RawRatchet _raw;
    private readonly byte[] _record;
    private readonly RatchetMessage[] _messages = new RatchetMessage[Messages];
    private RatchetSession _bob;
    private int _next;

    protected RatchetDecryptBase(RatchetSuite suite)
    {
        _sample = new RatchetSample(suite);
        _raw = new RawRatchet(suite == RatchetSuite.PqxdhWithPqChain);
        _record = _sample.Bob.Serialize();
        _bob = _sample.BobFrom(_record);
        for (int i = 0; i < Messages; i++)
        {
            _messages[i] = _sample.Send(_sample.Alice);
        }
    }

    public DecryptResult Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Decrypt();

    [Benchmark]
    public void ToResult()
    {
        if (_next == Messages)
        {
            _bob.Dispose();
            _bob = _sample.BobFrom(_record);
            _next = 0;
        }

        Result = _sample.Receive(_bob, _messages[_next++]);
    }
}
