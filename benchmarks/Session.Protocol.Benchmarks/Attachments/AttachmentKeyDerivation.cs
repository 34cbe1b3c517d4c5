using BenchmarkDotNet.Attributes;
using Session.Protocol.Attachments;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Derive the key of a file of 1 MiB: one more pass over it, before the encryption.</summary>
public class AttachmentKeyDerivation
{
    private readonly AttachmentSample _sample = new(AttachmentScheme.Stream, 1024 * 1024);

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.Hash();

    [Benchmark]
    public void FromPipe() => _sample.Derive();
}
