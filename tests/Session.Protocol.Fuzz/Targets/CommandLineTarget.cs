using System.Text;
using Session.Protocol.Hosting.Commands;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A text that a bot reads as a command.</summary>
internal sealed class CommandLineTarget : IFuzzTarget
{
    public static string Name => "command-line";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        if (!CommandLine.TryRead(text, "/", out CommandLine? line))
        {
            return;
        }

        FuzzFinding.Require(CommandLine.IsName(line.Name) && line.Count <= CommandLine.MaxWords, "A command without a name, or with too many words.");
        for (int i = 0; i < line.Count; i++)
        {
            FuzzFinding.Require(text.Contains(line.From(i), StringComparison.Ordinal) && line[i].Length <= text.Length, "A word that nobody wrote.");
        }

        // What was read can be written so that it is read again as the same.
        string again = $"/{line.Name}{string.Concat(Enumerable.Range(0, line.Count).Select(i => $" \"{line[i].Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""))}";
        FuzzFinding.Require(
            CommandLine.TryRead(again, "/", out CommandLine? other) && other.Count == line.Count && Enumerable.Range(0, line.Count).All(i => other[i] == line[i]),
            "Words change when they are written in quotes.");
    }
}
