using System.Globalization;
using System.Text;
using System.Text.Json;
using Session.Protocol.Benchmarks.Guard;
using Session.Protocol.Benchmarks.Reports;
using Session.Protocol.Benchmarks.Sealing;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>Runs the scripts of benchmarks/peers and the same operations of this library, prints them side by side and keeps that in <c>results/peers.md</c>.</summary>
internal static class PeersCommand
{
    private const string Columns = """
        CPU time, the smallest of nine blocks. Both read the session from its record and write it back in every step. An operation of libsignal is a native
        call that calls back into JavaScript for keys and sessions, 4 to 11 times. *total* is what a Node program waits for. *empty call* is an asynchronous
        native call with one callback and no cryptography. *net* is the total less one of those for each native call. *least* takes one off for every
        callback, more than they cost: a lower bound of the native work, and 0 where the bridge is all there is. The truth lies between ours/net and
        ours/least; where the last is above 1, libsignal's native core may be as fast as this library or faster, and Node hides it. With the current
        libsignal a round trip is not the same work: it also prepares chunks of a KEM exchange, which this library leaves.
        """;

    public static int Run(string scripts, string results)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"# Beside other implementations\n\n{Machine.Describe()}\n\n{Columns}\n"));
        IReadOnlyList<JsonElement>? sealing = PeerScript.Run(Path.Combine(scripts, "sodium.mjs"));
        IReadOnlyList<JsonElement>? ratchet = PeerScript.Run(Path.Combine(scripts, "libsignal.mjs"));
        Append(text, "\n| libsodium-wrappers | ours ns | total ns | empty call | ours/total |\n|---|---:|---:|---:|---:|\n", sealing, SealingRow);
        Append(
            text,
            "\n| libsignal, suite | operation | ours ns | total ns | empty call | net ns | least ns | ours/total | ours/net | ours/least |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
            ratchet,
            RatchetRow);
        if (sealing is not null && ratchet is not null)
        {
            File.WriteAllText(Path.Combine(results, "peers.md"), text.ToString());
        }

        return 0;
    }

    private static void Append(StringBuilder text, string head, IReadOnlyList<JsonElement>? lines, Func<JsonElement, FormattableString> row)
    {
        foreach (string line in lines is null ? [] : lines.Select(x => row(x).ToString(CultureInfo.InvariantCulture) + "\n").Prepend(head))
        {
            Console.Write(line);
            text.Append(line);
        }
    }

    private static FormattableString SealingRow(JsonElement theirs)
    {
        string operation = theirs.GetProperty("operation").GetString()!;
        Action ours = operation == "Seal" ? new V1Seal().ToArray : new V1Open().ToArray;
        double time = GuardMeasurement.Of(new GuardedOperation(operation, ours, Floor: null)).Nanoseconds;
        double total = theirs.GetProperty("total").GetDouble();
        return $"| {operation} | {time:N0} | {total:N0} | {theirs.GetProperty("emptyCall").GetDouble():N0} | {time / total:F2} |";
    }

    private static FormattableString RatchetRow(JsonElement theirs)
    {
        RatchetSuite suite = Enum.Parse<RatchetSuite>(theirs.GetProperty("suite").GetString()!);
        string operation = theirs.GetProperty("operation").GetString()!;

        // The first run warms the compiler up.
        _ = new CipherOperations(suite).Nanoseconds(operation);
        double time = new CipherOperations(suite).Nanoseconds(operation);
        double total = theirs.GetProperty("total").GetDouble(), net = theirs.GetProperty("net").GetDouble(), least = theirs.GetProperty("least").GetDouble();
        string ratioToLeast = least == 0 ? "-" : (time / least).ToString("F2", CultureInfo.InvariantCulture);
        return $"| {theirs.GetProperty("release").GetString()}, {suite} | {operation} | {time:N0} | {total:N0} | {theirs.GetProperty("emptyCall").GetDouble():N0} | {net:N0} | {least:N0} | {time / total:F2} | {time / net:F2} | {ratioToLeast} |";
    }
}
