using System.Reflection;
using BenchmarkDotNet.Attributes;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>One benchmark method and the floor that stands beside it in its class; null where nothing below it can be named.</summary>
/// <param name="Name">Class and method, the key in <c>limits.json</c>.</param>
internal sealed record GuardedOperation(string Name, Action Ours, Action? Floor)
{
    /// <summary>
    /// Every benchmark of this program whose class has the prefix. One object per class: both run on the same data. Those that wait for a
    /// disk or a network are left out: the processor's time, which a busy machine does not change, says little about them.
    /// </summary>
    public static IEnumerable<GuardedOperation> All(string prefix) =>
        from type in typeof(GuardedOperation).Assembly.GetExportedTypes().OrderBy(t => t.FullName, StringComparer.Ordinal)
        where !type.IsAbstract && type.Name.StartsWith(prefix, StringComparison.Ordinal)
        let methods = type.GetMethods().Where(m => m.IsDefined(typeof(BenchmarkAttribute)) && m.ReturnType == typeof(void)).ToArray()
        let floor = methods.FirstOrDefault(IsFloor)
        where methods.Length != 0
        let instance = Activator.CreateInstance(type)
        from method in methods
        where !IsFloor(method)
        select new GuardedOperation($"{type.Name}.{method.Name}", method.CreateDelegate<Action>(instance), floor?.CreateDelegate<Action>(instance));

    private static bool IsFloor(MethodInfo method) => method.GetCustomAttribute<BenchmarkAttribute>()!.Baseline;
}
