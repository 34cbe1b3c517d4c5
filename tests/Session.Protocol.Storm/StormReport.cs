using System.Globalization;
using System.Text;

namespace Session.Protocol.Storm;

/// <summary>What a storm left behind.</summary>
/// <param name="Ledger">The messages.</param>
/// <param name="Events">What went wrong, by name.</param>
/// <param name="Sick">Accounts whose paths were not healthy in time, and how they were.</param>
/// <param name="HealthyAfter">How long after the last fault all paths were healthy.</param>
/// <param name="ArrivedAfter">How long after that the last message arrived, or was given up.</param>
/// <param name="MemoryGrowth">Bytes that are alive at the end and were not after the first quarter.</param>
/// <param name="MemoryAllowance">Bytes that may be: what is remembered of every message on purpose, and the noise of the runtime.</param>
/// <param name="WaitingWork">Work items that waited for a thread at the end.</param>
public sealed record StormReport(
    Ledger Ledger,
    IReadOnlyDictionary<string, int> Events,
    IReadOnlyList<string> Sick,
    TimeSpan HealthyAfter,
    TimeSpan ArrivedAfter,
    long MemoryGrowth,
    long MemoryAllowance,
    long WaitingWork)
{
    /// <summary>Work items that may wait: more than there are accounts means that somebody queues without end.</summary>
    public const long MaxWaitingWork = 1_000;

    /// <summary>What must not be, in words; empty when all is well.</summary>
    public IReadOnlyList<string> Failures =>
    [
        .. Ledger.Troubles,
        .. Ledger.Missing.Select(text => $"Lost: {text}"),
        .. Ledger.Repeated.Select(text => $"Delivered twice: {text}"),
        .. Sick.Select(paths => $"Paths are not healthy: {paths}"),
        .. MemoryGrowth > MemoryAllowance ? [string.Create(CultureInfo.InvariantCulture, $"Memory grew by {MemoryGrowth:N0} bytes, {MemoryAllowance:N0} are allowed.")] : Array.Empty<string>(),
        .. WaitingWork > MaxWaitingWork ? [string.Create(CultureInfo.InvariantCulture, $"{WaitingWork} work items wait.")] : Array.Empty<string>(),
        .. Ledger.Confirmed == 0 ? ["Nothing was sent."] : Array.Empty<string>(),
    ];

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Ledger.Confirmed:N0} messages confirmed, {Ledger.Unconfirmed:N0} unconfirmed, {Ledger.Delivered:N0} delivered; ");
        text.Append(CultureInfo.InvariantCulture, $"healthy after {HealthyAfter.TotalSeconds:N1} s, all there {ArrivedAfter.TotalSeconds:N1} s later; memory {MemoryGrowth:+#,0;-#,0;0} bytes of {MemoryAllowance:N0} allowed\n");
        text.AppendJoin(", ", Ledger.Faults.Select(pair => $"{pair.Key} {pair.Value}")).Append('\n');
        text.AppendJoin(", ", Events.Select(pair => $"{pair.Key} {pair.Value}")).Append('\n');
        foreach (string failure in Failures.Take(50))
        {
            text.Append("FAILED: ").Append(failure).Append('\n');
        }

        return text.ToString();
    }
}
