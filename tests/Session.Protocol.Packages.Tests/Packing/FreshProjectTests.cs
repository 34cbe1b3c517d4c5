using Session.Protocol.Packages.Tests.Boundaries;

namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>A stranger's first minute: a new console project outside this repository that knows nothing but the packages.</summary>
public class FreshProjectTests(PackedFeed feed)
{
    [Fact]
    public async Task FreshProject_WithThePackages_RunsAndCompilesTheReadmes()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string folder = Directory.CreateDirectory(Path.Combine(feed.Root, "fresh")).FullName;
        string cache = await MachineCacheAsync(folder, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), NugetConfig(cache), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Fresh.csproj"), Project, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Program, cancellationToken);
        (string File, string Source)[] snippets = [.. ReadmeSnippets.All()];
        Assert.True(snippets.Length >= PackageRule.All.Count, "Every page has an example.");
        foreach ((string file, string source) in snippets)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, file), source, cancellationToken);
        }

        string output = await DotnetCommand.RunAsync(folder, cancellationToken, "run", "-c", "Release");

        Assert.Contains("account 05", output);
        Assert.Contains("Opened hello", output);
        Assert.Contains("You said: Hello", output);
        Assert.Contains("pages ran", output);
    }

    private static string Project => """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <Nullable>enable</Nullable>
            <ImplicitUsings>enable</ImplicitUsings>
            <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
            <NuGetAudit>false</NuGetAudit>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Session.Protocol.Client" Version="0.*-*" />
            <PackageReference Include="Session.Protocol.Hosting" Version="0.*-*" />
            <PackageReference Include="Session.Protocol.LocalNetwork" Version="0.*-*" />
            <PackageReference Include="Session.Protocol.Sqlite" Version="0.*-*" />
            <PackageReference Include="Microsoft.Extensions.Hosting" Version="10.0.15" />
          </ItemGroup>
        </Project>
        """;

    private static string Program => """
        using Session.Protocol.Accounts;
        using Session.Protocol.Messages;
        using Session.Protocol.Sealing;

        const long Now = 1_700_000_000_000;
        using SessionIdentity alice = SessionIdentity.Create();
        using SessionIdentity bob = SessionIdentity.Create();
        Console.WriteLine($"account {alice.AccountId}");

        byte[] stored = SealedMessage.Seal(ContentCodec.Encode(new TextMessage("hello"), Now), alice, bob.AccountId, Now);
        OpenedMessage opened = SealedMessage.Open(stored, bob);
        ContentCodec.TryDecode(opened.Content.Span, out MessageContent? content);
        Console.WriteLine($"{opened.Status} {(content as TextMessage)?.Text}");

        // These pages promise that their code runs.
        await GettingStarted_1.RunAsync();
        await TestingYourBot_1.RunAsync();
        await TestingYourBot_2.RunAsync();
        Console.WriteLine("pages ran");
        """;

    // Our packages from the feed and from nowhere else, theirs from what this machine has restored already: no network needed.
    private string NugetConfig(string cache) => $"""
        <configuration>
          <config>
            <add key="globalPackagesFolder" value="{Path.Combine(feed.Root, "cache")}" />
          </config>
          <packageSources>
            <clear />
            <add key="packed" value="{feed.Feed}" />
            <add key="machine" value="{cache}" />
          </packageSources>
          <fallbackPackageFolders>
            <clear />
          </fallbackPackageFolders>
          <packageSourceMapping>
            <packageSource key="packed">
              <package pattern="Session.Protocol*" />
            </packageSource>
            <packageSource key="machine">
              <package pattern="*" />
            </packageSource>
          </packageSourceMapping>
        </configuration>
        """;

    private static async Task<string> MachineCacheAsync(string folder, CancellationToken cancellationToken)
    {
        string line = await DotnetCommand.RunAsync(folder, cancellationToken, "nuget", "locals", "global-packages", "--list");
        return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }
}
