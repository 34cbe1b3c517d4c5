using BenchmarkDotNet.Attributes;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Benchmarks.Mnemonics;

/// <summary>13 words to a seed and back, without the account behind them. No primitive is below it: only its bytes are held.</summary>
public class PhraseCodec
{
    private readonly byte[] _seed = new byte[RecoveryPhrase.ShortSeedSize];
    private readonly byte[] _decoded = new byte[RecoveryPhrase.SeedSize];
    private readonly char[] _phrase = new char[RecoveryPhrase.MaxLength];
    private readonly int _length;

    public PhraseCodec()
    {
        Random.Shared.NextBytes(_seed);
        _ = RecoveryPhrase.TryEncode(_seed, _phrase, out _length);
    }

    [Benchmark]
    public void Encode() => _ = RecoveryPhrase.TryEncode(_seed, _phrase, out _);

    [Benchmark]
    public void Decode() => RecoveryPhrase.Decode(_phrase.AsSpan(0, _length), _decoded);
}
