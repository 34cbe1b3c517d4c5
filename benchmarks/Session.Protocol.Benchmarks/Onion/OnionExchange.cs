using BenchmarkDotNet.Attributes;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>All that the client does for one request: wrap 1 KiB for a node behind three hops, open and read the answer of 1 KiB.</summary>
public class OnionExchange
{
    private readonly OnionBuild _build = new();
    private readonly OnionReply _reply = new();

    [Benchmark(Baseline = true)]
    public void Floor()
    {
        _build.Floor();
        _reply.Floor();
    }

    [Benchmark]
    public void ToResponse()
    {
        _build.ToWriter();
        _reply.ToResponse();
    }
}
