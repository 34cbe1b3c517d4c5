namespace Session.Protocol.Conformance;

/// <summary>The vectors that are part of the repository.</summary>
public static class VectorFolder
{
    /// <summary>Full path of <c>tests/vectors</c>, found from the program's folder upwards.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Session.Protocol.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, "tests", "vectors");
            }
        }

        throw new DirectoryNotFoundException("Session.Protocol.sln was not found above the program's folder.");
    }
}
