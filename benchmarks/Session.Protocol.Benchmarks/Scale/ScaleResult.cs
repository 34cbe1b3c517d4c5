namespace Session.Protocol.Benchmarks.Scale;

/// <summary>What one fleet cost.</summary>
/// <param name="Accounts">Accounts in the process.</param>
/// <param name="Messages">Messages that were sent, and as many that arrived.</param>
/// <param name="ManagedBytes">Managed heap per idle account.</param>
/// <param name="ResidentBytes">Resident memory per idle account, native memory included.</param>
/// <param name="Threads">Threads of the process while all accounts were idle.</param>
/// <param name="PerSecond">Messages sent and handled per second.</param>
/// <param name="MedianMs">Time from sending to the handler, median.</param>
/// <param name="P99Ms">The same, 99th percentile.</param>
internal sealed record ScaleResult(int Accounts, int Messages, long ManagedBytes, long ResidentBytes, int Threads, double PerSecond, double MedianMs, double P99Ms);
