using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>Runs a script of benchmarks/peers in Node: one line of JSON for each operation.</summary>
internal static class PeerScript
{
    /// <summary>What the script measured; null when it could not run, which was said on the console.</summary>
    public static IReadOnlyList<JsonElement>? Run(string script)
    {
        Process node;
        try
        {
            node = Process.Start(new ProcessStartInfo("node", [script]) { RedirectStandardOutput = true })!;
        }
        catch (Win32Exception)
        {
            Console.WriteLine("skipped: there is no node on the path");
            return null;
        }

        using (node)
        {
            // All of the peer's numbers first: two programs at once would disturb each other.
            string[] lines = node.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            node.WaitForExit();
            if (node.ExitCode != 0)
            {
                throw new InvalidOperationException($"{Path.GetFileName(script)} ended with {node.ExitCode}.");
            }

            if (!lines[0].StartsWith('{'))
            {
                Console.WriteLine(lines[0]);
                return null;
            }

            return [.. lines.Select(x => JsonElement.Parse(x))];
        }
    }
}
