using System.Globalization;
using Session.Protocol.Crash;

// Kills a real process (SIGKILL) at each of the store's commits in turn: dotnet run -c Release --project tests/Session.Protocol.Crash -- 600
if (args is ["child", .. string[] rest])
{
    await CrashChild.RunAsync(rest);
    return 0;
}

if (args is ["hold", string path])
{
    await CrashChild.HoldAsync(path);
    return 0;
}

var duration = TimeSpan.FromSeconds(args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 60);
(int kills, IReadOnlyList<string> wrong) = await CrashRun.RunAsync(duration, Console.WriteLine);
foreach (string line in wrong)
{
    Console.Error.WriteLine(line);
}

Console.WriteLine($"{kills} kills, {wrong.Count} wrong");
return wrong.Count == 0 ? 0 : 1;
