using System.Text.RegularExpressions;
using Session.Protocol.TestSupport;

namespace Session.Protocol.Packages.Tests.Boundaries;

/// <summary>
/// Inside a package a folder is a namespace and an idea; ideas build on each other in one order. Read from the source
/// text, because a folder is not a unit that the compiler knows.
/// </summary>
public partial class FolderArrowTests
{
    /// <summary>A folder may use those before it. A new folder is added where it belongs.</summary>
    private static readonly string[] Order =
        ["Cryptography", "Encodings", "Mnemonics", "Accounts", "Messages", "Sealing", "Attachments", "Ratchet", "Devices", "SenderKeys", "Groups", "Configs"];

    public static TheoryData<string> Folders =>
        [.. Directory.EnumerateDirectories(SourceFolder).Select(f => Path.GetFileName(f)!).Where(f => f is not ("bin" or "obj")).Order(StringComparer.Ordinal)];

    private static string SourceFolder => RepositoryFolder.Combine("src", "Session.Protocol");

    [Theory]
    [MemberData(nameof(Folders))]
    public void Folder_OfTheCore_UsesOnlyFoldersBeforeIt(string folder)
    {
        int place = Array.IndexOf(Order, folder);
        Assert.True(place >= 0, $"{folder} is new: give it its place in the order.");

        var backwards = from file in Directory.EnumerateFiles(Path.Combine(SourceFolder, folder), "*.cs", SearchOption.AllDirectories)
                        from Match use in NamespaceUse().Matches(WithoutComments(File.ReadAllText(file)))
                        let used = use.Groups["folder"].Value
                        where Array.IndexOf(Order, used) > place
                        select $"{Path.GetFileName(file)} uses {used}";
        Assert.Empty(backwards.Distinct());
    }

    [Fact]
    public void NamespaceUse_InSourceText_IsFound() =>
        Assert.Equal("Accounts", NamespaceUse().Match("using Session.Protocol.Accounts;").Groups["folder"].Value);

    private static string WithoutComments(string source) => Comment().Replace(source, string.Empty);

    [GeneratedRegex(@"Session\.Protocol\.(?<folder>[A-Z]\w+)")]
    private static partial Regex NamespaceUse();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
