using System.Globalization;
using System.Text.Json;
using Session.Protocol.Benchmarks.Guard;
using Session.Protocol.Benchmarks.Sealing;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>Runs the scripts of benchmarks/peers and the same operations of this library, and prints them side by side.</summary>
internal static class PeersCommand
{
    public static int Run(string folder)
    {
        if (PeerScript.Run(Path.Combine(folder, "sodium.mjs")) is { } sealing)
        {
            CompareSealing(sealing);
        }

        if (PeerScript.Run(Path.Combine(folder, "libsignal.mjs")) is { } ratchet)
        {
            CompareRatchet(ratchet);
        }

        return 0;
    }

    private static void CompareSealing(IReadOnlyList<JsonElement> lines)
    {
        Print($"{"libsodium-wrappers",-18} {"ours ns",10} {"total ns",10} {"empty call",10} {"ours/total",11}");
        foreach (JsonElement theirs in lines)
        {
            string operation = theirs.GetProperty("operation").GetString()!;
            Action ours = operation == "Seal" ? new V1Seal().ToArray : new V1Open().ToArray;
            double time = GuardMeasurement.Of(new GuardedOperation(operation, ours, Floor: null)).Nanoseconds;
            double total = theirs.GetProperty("total").GetDouble();
            Print($"{operation,-18} {time,10:N0} {total,10:N0} {theirs.GetProperty("emptyCall").GetDouble(),10:N0} {time / total,11:F2}");
        }
    }

    private static void CompareRatchet(IReadOnlyList<JsonElement> lines)
    {
        Print($"{"libsignal",-9} {"suite",-17} {"operation",-10} {"ours ns",10} {"total ns",10} {"empty call",10} {"net ns",10} {"least ns",10} {"ours/total",11} {"ours/net",9} {"ours/least",11}");
        foreach (JsonElement theirs in lines)
        {
            RatchetSuite suite = Enum.Parse<RatchetSuite>(theirs.GetProperty("suite").GetString()!);
            string operation = theirs.GetProperty("operation").GetString()!;

            // The first run warms the compiler up.
            _ = new CipherOperations(suite).Nanoseconds(operation);
            double time = new CipherOperations(suite).Nanoseconds(operation);
            double total = theirs.GetProperty("total").GetDouble(), net = theirs.GetProperty("net").GetDouble(), least = theirs.GetProperty("least").GetDouble();
            string ratioToLeast = least == 0 ? "-" : (time / least).ToString("F2", CultureInfo.InvariantCulture);
            Print($"{theirs.GetProperty("release").GetString(),-9} {suite,-17} {operation,-10} {time,10:N0} {total,10:N0} {theirs.GetProperty("emptyCall").GetDouble(),10:N0} {net,10:N0} {least,10:N0} {time / total,11:F2} {time / net,9:F2} {ratioToLeast,11}");
        }
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
