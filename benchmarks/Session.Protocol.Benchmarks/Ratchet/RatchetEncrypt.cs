using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Encrypt 1 KiB in one chain, without a post-quantum chain.</summary>
public class RatchetEncrypt() : RatchetEncryptBase(RatchetSuite.Pqxdh);
