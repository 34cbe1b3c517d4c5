using BenchmarkDotNet.Attributes;
using Session.Protocol.Attachments;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Decrypt a file in the stream encryption, through pipes.</summary>
public abstract class AttachmentDecryptBase(int size)
{
    private readonly AttachmentSample _sample = new(AttachmentScheme.Stream, size);

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.Decrypt();

    [Benchmark]
    public void ToPipe() => _sample.Decrypt();
}
