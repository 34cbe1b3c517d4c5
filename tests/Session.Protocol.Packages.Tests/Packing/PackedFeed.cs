using System.Reflection;
using Session.Protocol.Packages.Tests.Packing;
using Session.Protocol.TestSupport;

[assembly: AssemblyFixture(typeof(PackedFeed))]

namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>The packages of this build, packed once into a folder that serves as a feed.</summary>
public sealed class PackedFeed : IAsyncLifetime
{
    /// <summary>Everything here is deleted afterwards.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("session-protocol-packages-").FullName;

    public string Feed => Path.Combine(Root, "feed");

    public string FileOf(string package, string extension) => Directory.EnumerateFiles(Feed, $"{package}.*{extension}").Single(f => VersionPart(f, package));

    public async ValueTask InitializeAsync()
    {
        string configuration = typeof(PackedFeed).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Configuration").Value!;
        await DotnetCommand.RunAsync(RepositoryFolder.Path, TestContext.Current.CancellationToken,
            "pack", "Session.Protocol.sln", "--no-build", "-c", configuration, "-o", Feed);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Root, recursive: true);
        return ValueTask.CompletedTask;
    }

    // Session.Protocol.0.1.0 is Session.Protocol, Session.Protocol.Onion.0.1.0 is not.
    private static bool VersionPart(string file, string package) => char.IsAsciiDigit(Path.GetFileName(file)[package.Length + 1]);
}
