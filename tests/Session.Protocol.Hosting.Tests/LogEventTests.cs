using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Session.Protocol.Hosting.Tests;

/// <summary>Whoever filters logs by the number of an event means one event.</summary>
public sealed class LogEventTests
{
    [Fact]
    public void EventIds_OfAllLibraries_AreDifferent()
    {
        int[] ids =
        [
            .. Directory.GetFiles(AppContext.BaseDirectory, "Session.Protocol*.dll")
                .Where(x => !x.EndsWith(".Tests.dll", StringComparison.Ordinal))
                .SelectMany(x => Assembly.Load(AssemblyName.GetAssemblyName(x)).GetTypes())
                .SelectMany(x => x.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                .Select(x => x.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
                .OfType<int>(),
        ];

        Assert.NotEmpty(ids);
        Assert.Empty(ids.GroupBy(x => x).Where(x => x.Count() > 1).Select(x => x.Key));
    }
}
