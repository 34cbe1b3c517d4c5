using Session.Protocol.Onion;

namespace Session.Protocol.Hosting;

/// <summary>
/// The onion client that the accounts' own are forks of. It carries nothing but node lists. A type of its own, so that it is not mistaken for an
/// <see cref="OnionClient"/> that the program has added for itself.
/// </summary>
internal sealed class SharedOnion(OnionClient client) : IAsyncDisposable
{
    public OnionClient Fork() => client.Fork();

    public ValueTask DisposeAsync() => client.DisposeAsync();
}
