using System.Text.Json;

namespace Session.Protocol.Conformance;

/// <summary>Knows one or more vector files and runs their cases against the library.</summary>
public interface IVectorSuite
{
    /// <summary>File names without <c>.json</c>.</summary>
    IReadOnlyList<string> Files { get; }

    /// <summary>The cases of one file. Reading is lazy: a case is run when its delegate is called.</summary>
    IEnumerable<VectorCase> Read(JsonElement root);
}
