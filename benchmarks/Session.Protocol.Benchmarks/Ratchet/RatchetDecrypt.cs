using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Decrypt 1 KiB in one chain, without a post-quantum chain.</summary>
public class RatchetDecrypt() : RatchetDecryptBase(RatchetSuite.Pqxdh);
