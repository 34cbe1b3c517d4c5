namespace Session.Protocol.Packages.Tests.Boundaries;

/// <summary>What a package may use (docs/architecture.md). The framework's assemblies are free unless a prefix forbids them.</summary>
/// <param name="Package">Name of package and assembly.</param>
/// <param name="MayUse">The assemblies outside the framework that it may refer to.</param>
/// <param name="MustNotUse">Prefixes of full type names that it must not touch, whatever assembly they live in.</param>
public sealed record PackageRule(string Package, IReadOnlyList<string> MayUse, IReadOnlyList<string> MustNotUse)
{
    /// <summary>The native file that NSec loads; a package, but no assembly.</summary>
    private const string NativeSodium = "libsodium";

    private static readonly string[] Sockets = ["System.Net."];
    private static readonly string[] Files = ["System.IO.File", "System.IO.Directory", "System.IO.IsolatedStorage", "System.IO.MemoryMappedFiles", "System.IO.Pipes."];
    private static readonly string[] Ambient = ["System.Console", "System.Random", "System.Threading.Timer", "System.Diagnostics.Process."];
    private static readonly string[] Databases = ["System.Data.", "Microsoft.Data."];
    private static readonly string[] WebServer = ["Microsoft.AspNetCore."];

    public static IReadOnlyList<PackageRule> All { get; } =
    [
        new("Session.Protocol",
            ["NSec.Cryptography", "Google.Protobuf", "BouncyCastle.Cryptography"],
            [.. Sockets, .. Files, .. Ambient, .. Databases, .. WebServer, "Microsoft.Extensions."]),
        new("Session.Protocol.Onion",
            ["Session.Protocol", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions"],
            [.. Files, .. Ambient, .. Databases, .. WebServer]),
        new("Session.Protocol.Client",
            ["Session.Protocol", "Session.Protocol.Onion", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
                "Microsoft.Extensions.Options", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Diagnostics.HealthChecks.Abstractions"],
            [.. Ambient, .. Databases, .. WebServer]),
        new("Session.Protocol.Sqlite",
            ["Session.Protocol", "Session.Protocol.Onion", "Session.Protocol.Client", "Microsoft.Data.Sqlite", "SQLitePCLRaw.core", "NSec.Cryptography",
                "Microsoft.Extensions.DependencyInjection.Abstractions"],
            [.. Sockets, .. Ambient, .. WebServer]),
        new("Session.Protocol.Hosting",
            ["Session.Protocol", "Session.Protocol.Onion", "Session.Protocol.Client", "Microsoft.Extensions.*"],
            [.. Sockets, .. Files, .. Ambient, .. Databases, .. WebServer]),
        new("Session.Protocol.LocalNetwork",
            ["Session.Protocol", "Session.Protocol.Onion", "Microsoft.AspNetCore", "Microsoft.AspNetCore.*", "Microsoft.Extensions.*", "Microsoft.Net.Http.Headers"],
            [.. Ambient, .. Databases]),
    ];

    public static PackageRule Of(string package) => All.Single(r => r.Package == package);

    /// <summary>Whether its own code may use an assembly.</summary>
    public bool MayReferTo(string assembly) =>
        IsFramework(assembly) || MayUse.Any(allowed => allowed.EndsWith(".*", StringComparison.Ordinal)
            ? assembly.StartsWith(allowed[..^1], StringComparison.Ordinal)
            : assembly == allowed);

    /// <summary>Whether a user of the package may get another with it: what it uses itself, and what those use.</summary>
    public bool MayBring(string package) =>
        package == NativeSodium || MayReferTo(package) || All.Any(used => MayUse.Contains(used.Package) && used.MayReferTo(package));

    /// <remarks>A callback is not a timer: <see cref="TimeProvider"/> takes one too.</remarks>
    public bool Forbids(string type) => type != "System.Threading.TimerCallback" && MustNotUse.Any(prefix => type.StartsWith(prefix, StringComparison.Ordinal));

    public override string ToString() => Package;

    private static bool IsFramework(string assembly) => assembly is "netstandard" or "Microsoft.Win32.Primitives" || assembly.StartsWith("System.", StringComparison.Ordinal);
}
