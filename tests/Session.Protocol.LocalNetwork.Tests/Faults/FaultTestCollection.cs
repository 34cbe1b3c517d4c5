namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>One network for all tests of faults; they run one after the other.</summary>
[CollectionDefinition(nameof(FaultTest))]
public sealed class FaultTestCollection : ICollectionFixture<FaultNetwork>;
