using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>Runs benchmarks/peers/libsignal.mjs and the same operations of this library, and prints them side by side.</summary>
internal static class PeersCommand
{
    public static int Run(string script)
    {
        Process node;
        try
        {
            node = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Console.WriteLine("skipped: there is no node on the path");
            return 0;
        }

        // All of libsignal's numbers first: two programs at once would disturb each other.
        string[] lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        node.WaitForExit();
        int exitCode = node.ExitCode;
        node.Dispose();
        if (exitCode != 0 || !lines[0].StartsWith('{'))
        {
            Console.WriteLine(exitCode == 0 ? lines[0] : $"node ended with {exitCode}");
            return exitCode;
        }

        Print($"{"libsignal",-9} {"suite",-17} {"operation",-10} {"ours ns",10} {"total ns",10} {"empty call",10} {"net ns",10} {"least ns",10} {"ours/total",11} {"ours/net",9} {"ours/least",11}");
        foreach (string line in lines)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement theirs = document.RootElement;
            RatchetSuite suite = Enum.Parse<RatchetSuite>(theirs.GetProperty("suite").GetString()!);
            string operation = theirs.GetProperty("operation").GetString()!;

            // The first run warms the compiler up.
            _ = new CipherOperations(suite).Nanoseconds(operation);
            double time = new CipherOperations(suite).Nanoseconds(operation);
            double total = theirs.GetProperty("total").GetDouble(), net = theirs.GetProperty("net").GetDouble(), least = theirs.GetProperty("least").GetDouble();
            string ratioToLeast = least == 0 ? "-" : (time / least).ToString("F2", CultureInfo.InvariantCulture);
            Print($"{theirs.GetProperty("release").GetString(),-9} {suite,-17} {operation,-10} {time,10:N0} {total,10:N0} {theirs.GetProperty("emptyCall").GetDouble(),10:N0} {net,10:N0} {least,10:N0} {time / total,11:F2} {time / net,9:F2} {ratioToLeast,11}");
        }

        return 0;
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
