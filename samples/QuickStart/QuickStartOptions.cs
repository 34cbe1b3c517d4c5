using System.Diagnostics.CodeAnalysis;

namespace QuickStart;

/// <summary>What the command line asked for.</summary>
internal sealed record QuickStartOptions
{
    public const string Usage = """
        usage: QuickStart [--message TEXT] [--nodes N] [--seed-url URL]… [--phrase "13 words"]

          --message TEXT   what Alice writes (default: a greeting)
          --nodes N        service nodes of the local network, 4 to 200 (default 9)
          --seed-url URL   use a running network instead of starting one; may be repeated
          --phrase "…"     Alice's recovery phrase (default: a new account)
        """;

    public string Message { get; init; } = "Hello Bob, this came through three hops.";

    public int Nodes { get; init; } = 9;

    public IReadOnlyList<Uri> SeedUrls { get; init; } = [];

    public string? Phrase { get; init; }

    public static bool TryParse(string[] args, [NotNullWhen(true)] out QuickStartOptions? options, [NotNullWhen(false)] out string? complaint)
    {
        var result = new QuickStartOptions();
        options = null;
        for (int i = 0; i < args.Length; i += 2)
        {
            string? value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--message" when value is not null:
                    result = result with { Message = value };
                    break;
                case "--nodes" when int.TryParse(value, out int nodes) && nodes is >= 4 and <= 200:
                    result = result with { Nodes = nodes };
                    break;
                case "--seed-url" when Uri.TryCreate(value, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https":
                    result = result with { SeedUrls = [.. result.SeedUrls, url] };
                    break;
                case "--phrase" when value is not null:
                    result = result with { Phrase = value };
                    break;
                default:
                    complaint = $"cannot use '{args[i]}{(value is null ? "' without a value" : "' with this value")}";
                    return false;
            }
        }

        options = result;
        complaint = null;
        return true;
    }
}
