using System.Text.RegularExpressions;
using Session.Protocol.Packages.Tests.Boundaries;
using Session.Protocol.TestSupport;

namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>The C# blocks of the repository's page, of the package pages and of pages in docs, made into classes so that the compiler reads them too.</summary>
internal static partial class ReadmeSnippets
{
    private const string InAConversation =
        "Session.Protocol.Client.SessionClient client, Session.Protocol.Client.Conversations.IConversation conversation, "
        + "Session.Protocol.Client.ReceivedMessage message, Session.Protocol.Client.SentMessage sent";

    /// <summary>One source file per block.</summary>
    public static IEnumerable<(string File, string Source)> All() =>
        from page in Pages()
        from block in Block().Matches(File.ReadAllText(page.File)).Select((match, index) => (Text: match.Groups["code"].Value, Number: index + 1))
        let name = $"{page.Name}_{block.Number}"
        select ($"{name}.cs", ToClass(name, page.Parameters, block.Text));

    /// <summary>The pages; those of the documentation say at their beginning what their examples start from.</summary>
    private static IEnumerable<(string Name, string File, string Parameters)> Pages() =>
        PackageRule.All.Select(rule => (rule.Package.Replace('.', '_'), RepositoryFolder.Combine("src", rule.Package, "README.md"), ""))
            .Prepend(("Repository", RepositoryFolder.Combine("README.md"), ""))
            .Append(("Attachments", RepositoryFolder.Combine("docs", "attachments.md"), ""))
            .Append(("NamesAndServers", RepositoryFolder.Combine("docs", "names-and-servers.md"), ""))
            .Append(("GettingStarted", RepositoryFolder.Combine("docs", "getting-started.md"), ""))
            .Append(("Hosting", RepositoryFolder.Combine("docs", "hosting.md"), ""))
            .Append(("TestingYourBot", RepositoryFolder.Combine("docs", "testing-your-bot.md"), ""))
            .Append(("Messages", RepositoryFolder.Combine("docs", "messages.md"), InAConversation))
            .Append(("History", RepositoryFolder.Combine("docs", "history.md"), InAConversation))
            .Append(("SenderKeys", RepositoryFolder.Combine("docs", "sender-keys.md"), ""));

    private static string ToClass(string name, string parameters, string code)
    {
        ILookup<bool, string> lines = code.Split('\n').ToLookup(line => UsingDirective().IsMatch(line));
        return $$"""
            {{string.Join('\n', lines[true])}}
            internal static class {{name}}
            {
                public static async Task RunAsync({{parameters}})
                {
                    await Task.CompletedTask;
            {{string.Join('\n', lines[false])}}
                }
            }
            """;
    }

    [GeneratedRegex(@"^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex UsingDirective();
}
