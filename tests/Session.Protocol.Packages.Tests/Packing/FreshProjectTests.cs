namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>A stranger's first minute: a new console project outside this repository that knows nothing but the packages.</summary>
public class FreshProjectTests(PackedFeed feed)
{
    [Fact]
    public async Task FreshProject_WithThePackages_RestoresAndRuns()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string folder = Directory.CreateDirectory(Path.Combine(feed.Root, "fresh")).FullName;
        string cache = await MachineCacheAsync(folder, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "nuget.config"), NugetConfig(cache), cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Fresh.csproj"), Project, cancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), Program, cancellationToken);

        string output = await DotnetCommand.RunAsync(folder, cancellationToken, "run", "-c", "Release");

        Assert.Contains("account 05", output);
        Assert.Contains("verified hello", output);
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
            <PackageReference Include="Session.Protocol.LocalNetwork" Version="0.*-*" />
          </ItemGroup>
        </Project>
        """;

    private static string Program => """
        using System.Text;
        using Session.Protocol.Accounts;

        using SessionIdentity alice = SessionIdentity.Create();
        Console.WriteLine($"account {alice.AccountId}");

        Span<byte> signature = stackalloc byte[64];
        byte[] message = Encoding.UTF8.GetBytes("hello");
        alice.Sign(message, signature);
        Console.WriteLine(alice.SigningKey.Verify(message, signature) ? "verified hello" : "refused");
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
