using System.Diagnostics;

namespace Session.Protocol.Packages.Tests.Packing;

/// <summary>Runs the dotnet command as somebody at a prompt would.</summary>
internal static class DotnetCommand
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs to the end; a failure shows the whole output.</summary>
    public static async Task<string> RunAsync(string folder, CancellationToken cancellationToken, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        MakeFresh(start.Environment);

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using Process process = Process.Start(start)!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
            Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            string all = await output + await errors;
            Assert.True(process.ExitCode == 0, $"dotnet {string.Join(' ', start.ArgumentList)}\n{all}");
            return all;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    // The test run itself is a child of MSBuild, which leaves its own settings behind.
    private static void MakeFresh(IDictionary<string, string?> environment)
    {
        string[] inherited = [.. environment.Keys.Where(k => k.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || k.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase))];
        foreach (string key in inherited)
        {
            environment.Remove(key);
        }

        // A build server that stays behind would keep our end of the pipe open.
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        environment["UseSharedCompilation"] = "false";
        environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        environment["DOTNET_NOLOGO"] = "1";
        environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
    }
}
