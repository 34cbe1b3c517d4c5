using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Decrypt 1 KiB in one chain whose keys also come from the post-quantum chain.</summary>
public class RatchetDecryptPqChain() : RatchetDecryptBase(RatchetSuite.PqxdhWithPqChain);
