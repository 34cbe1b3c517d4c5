namespace Session.Protocol.Packages.Tests.Boundaries;

/// <summary>The arrows between the packages point one way; this holds them there.</summary>
public class PackageArrowTests
{
    public static TheoryData<string> Packages => [.. PackageRule.All.Select(r => r.Package)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void References_OfPackage_AreAllowed(string package)
    {
        using var assembly = new BuiltAssembly(package);
        PackageRule rule = PackageRule.Of(package);

        Assert.Contains("System.Runtime", assembly.References);
        Assert.All(assembly.References, reference => Assert.True(rule.MayReferTo(reference), $"{package} refers to {reference}."));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Types_UsedByPackage_AreAllowed(string package)
    {
        using var assembly = new BuiltAssembly(package);
        PackageRule rule = PackageRule.Of(package);

        Assert.NotEmpty(assembly.ForeignTypes);
        Assert.All(assembly.ForeignTypes, type => Assert.False(rule.Forbids(type), $"{package} uses {type}."));
    }

    [Theory]
    [InlineData("Session.Protocol", "System.Net.Sockets.Socket")]
    [InlineData("Session.Protocol", "System.IO.FileStream")]
    [InlineData("Session.Protocol", "Microsoft.Extensions.Logging.ILogger")]
    [InlineData("Session.Protocol.Client", "Microsoft.Data.Sqlite.SqliteConnection")]
    [InlineData("Session.Protocol.Sqlite", "System.Net.Http.HttpClient")]
    public void Rule_TypeFromTheWrongSide_IsForbidden(string package, string type) =>
        Assert.True(PackageRule.Of(package).Forbids(type));

    [Theory]
    [InlineData("Session.Protocol", "Session.Protocol.Onion")]
    [InlineData("Session.Protocol", "Microsoft.Extensions.Logging.Abstractions")]
    [InlineData("Session.Protocol.Onion", "Session.Protocol.Client")]
    [InlineData("Session.Protocol.Onion", "Session.Protocol.LocalNetwork")]
    [InlineData("Session.Protocol.Client", "Session.Protocol.LocalNetwork")]
    [InlineData("Session.Protocol.Client", "Session.Protocol.Sqlite")]
    [InlineData("Session.Protocol.Client", "Session.Protocol.Hosting")]
    [InlineData("Session.Protocol.Client", "Microsoft.AspNetCore.Http")]
    [InlineData("Session.Protocol.Hosting", "Session.Protocol.LocalNetwork")]
    [InlineData("Session.Protocol.Hosting", "Session.Protocol.Sqlite")]
    [InlineData("Session.Protocol.LocalNetwork", "Session.Protocol.Client")]
    [InlineData("Session.Protocol.Sqlite", "Session.Protocol.LocalNetwork")]
    [InlineData("Session.Protocol.LocalNetwork", "xunit.v3.core")]
    public void Rule_AssemblyFromTheWrongSide_IsForbidden(string package, string assembly) => Assert.False(PackageRule.Of(package).MayReferTo(assembly));
}
