using System.IO.Compression;
using System.Xml.Linq;
using Session.Protocol.Packages.Tests.Boundaries;

namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>What a user downloads: page, licences, documentation, symbols, where the source is, and nothing superfluous.</summary>
public class PackageContentTests(PackedFeed feed)
{
    public static TheoryData<string> Packages => [.. PackageRule.All.Select(r => r.Package)];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Files_AreComplete(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(feed.FileOf(package, ".nupkg"));
        IEnumerable<string> files = archive.Entries.Select(e => e.FullName).Where(f => !IsContainerFormat(f));

        string[] expected = ["LICENSE", "README.md", "THIRD-PARTY-NOTICES.md", $"lib/net10.0/{package}.dll", $"lib/net10.0/{package}.xml", $"{package}.nuspec"];
        Assert.Equal(expected.Order(StringComparer.Ordinal), files.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Description_IsComplete(string package)
    {
        XElement metadata = Metadata(package);

        Assert.Equal(package, Text(metadata, "id"));
        Assert.Equal("MIT", Text(metadata, "license"));
        Assert.Equal("expression", (string?)Child(metadata, "license").Attribute("type"));
        Assert.Equal("README.md", Text(metadata, "readme"));
        Assert.True(Text(metadata, "description").Length > 40);
        Assert.Equal("git", (string?)Child(metadata, "repository").Attribute("type"));
        Assert.StartsWith("https://", (string?)Child(metadata, "repository").Attribute("url"));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_Dependencies_AreThoseOfTheDesign(string package)
    {
        PackageRule rule = PackageRule.Of(package);
        IEnumerable<string> dependencies = Metadata(package).Descendants().Where(e => e.Name.LocalName == "dependency").Select(e => (string)e.Attribute("id")!);

        Assert.DoesNotContain(dependencies, id => !rule.MayBring(id));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void SymbolPackage_HasTheSymbols(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(feed.FileOf(package, ".snupkg"));

        Assert.Contains(archive.Entries, e => e.FullName == $"lib/net10.0/{package}.pdb");
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task Readme_OfPackage_SaysWhatIsSupported(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(feed.FileOf(package, ".nupkg"));
        using var reader = new StreamReader(archive.GetEntry("README.md")!.Open());
        string text = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith($"# {package}", text);
        Assert.Contains("```csharp", text);
        Assert.Contains("## Supported", text);
        Assert.Contains("## Not supported", text);
    }

    private static bool IsContainerFormat(string file) => file is "[Content_Types].xml" || file.StartsWith("_rels/", StringComparison.Ordinal) || file.StartsWith("package/", StringComparison.Ordinal);

    private static XElement Child(XElement metadata, string name) => metadata.Elements().Single(e => e.Name.LocalName == name);

    private static string Text(XElement metadata, string name) => Child(metadata, name).Value;

    private XElement Metadata(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(feed.FileOf(package, ".nupkg"));
        using Stream nuspec = archive.GetEntry($"{package}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    }
}
