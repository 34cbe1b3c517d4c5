using Microsoft.Extensions.Logging;

namespace Session.Protocol.Onion;

/// <summary>An <see cref="IOnionStore"/> whose failures do not stop the client. Without a store nothing is remembered.</summary>
internal sealed class OnionMemory(IOnionStore? store, ILogger log)
{
    public async ValueTask<ReadOnlyMemory<byte>> LoadAsync(OnionStoreItem item, CancellationToken cancellationToken)
    {
        try
        {
            return store is null ? default : (await store.LoadAsync(item, cancellationToken).ConfigureAwait(false)).GetValueOrDefault();
        }
        catch (IOException e)
        {
            OnionLog.StoreFailed(log, item, e);
            return default;
        }
    }

    public async ValueTask SaveAsync(OnionStoreItem item, ReadOnlyMemory<byte> value, CancellationToken cancellationToken)
    {
        try
        {
            if (store is not null)
            {
                await store.SaveAsync(item, value, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            OnionLog.StoreFailed(log, item, e);
        }
    }
}
