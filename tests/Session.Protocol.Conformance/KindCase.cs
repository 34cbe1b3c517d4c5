using System.Text.Json;

namespace Session.Protocol.Conformance;

/// <summary>One case of a <see cref="KindSuite"/>.</summary>
public sealed record KindCase(string Kind, bool Accept, JsonElement In, JsonElement Out);
