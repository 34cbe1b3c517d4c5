namespace Session.Protocol.Hosting.Tests.Silence;

/// <summary>Listens to the whole process, so nothing else runs meanwhile.</summary>
[CollectionDefinition(nameof(SilenceCollection), DisableParallelization = true)]
public sealed class SilenceCollection;
