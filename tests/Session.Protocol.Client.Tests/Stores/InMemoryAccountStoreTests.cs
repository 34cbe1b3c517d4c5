using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Tests.Stores;

public class InMemoryAccountStoreTests : MessageStoreContract
{
    protected override (int Messages, int Unswept) Years => (20_000, 1_024);

    protected override IAccountStore Open() => new InMemoryAccountStore(Time);

    protected override int CountHandled(IAccountStore store) => ((InMemoryAccountStore)store).Count;
}
