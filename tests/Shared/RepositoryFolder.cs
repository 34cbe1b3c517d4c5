namespace Session.Protocol.TestSupport;

/// <summary>Where the repository lies, found from the program's folder upwards.</summary>
internal static class RepositoryFolder
{
    public static string Path { get; } = Find();

    public static string Combine(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Session.Protocol.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("Session.Protocol.sln was not found above the program's folder.");
    }
}
