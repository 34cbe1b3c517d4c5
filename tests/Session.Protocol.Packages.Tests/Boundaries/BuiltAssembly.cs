using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Session.Protocol.Packages.Tests.Boundaries;

/// <summary>What a built package refers to, read from its metadata: the truth behind any project file.</summary>
internal sealed class BuiltAssembly : IDisposable
{
    private readonly PEReader _file;
    private readonly MetadataReader _metadata;

    public BuiltAssembly(string name)
    {
        _file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, name + ".dll")));
        _metadata = _file.GetMetadataReader();
    }

    /// <summary>Names of the assemblies that its code uses; a reference that no code uses is not there.</summary>
    public IReadOnlyList<string> References =>
        [.. _metadata.AssemblyReferences.Select(r => _metadata.GetString(_metadata.GetAssemblyReference(r).Name)).Order(StringComparer.Ordinal)];

    /// <summary>Full names of the types of other assemblies that its code uses.</summary>
    public IReadOnlyList<string> ForeignTypes =>
        [.. _metadata.TypeReferences.Select(_metadata.GetTypeReference).Select(t => $"{_metadata.GetString(t.Namespace)}.{_metadata.GetString(t.Name)}").Order(StringComparer.Ordinal)];

    public void Dispose() => _file.Dispose();
}
