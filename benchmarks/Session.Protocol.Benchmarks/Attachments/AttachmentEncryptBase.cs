using BenchmarkDotNet.Attributes;
using Session.Protocol.Attachments;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Encrypt a file in the stream encryption, through pipes.</summary>
public abstract class AttachmentEncryptBase(int size)
{
    private readonly AttachmentSample _sample = new(AttachmentScheme.Stream, size);

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.Encrypt();

    [Benchmark]
    public void ToPipe() => _sample.Encrypt();
}
