namespace Session.Protocol.Conformance;

/// <summary>One case of a vector file: its name, and what runs it.</summary>
public sealed record VectorCase(string Name, Func<CaseOutcome> Run);
