using Session.Protocol.Onion;

namespace Session.Protocol.Client.Attachments;

/// <summary>Tries a transfer again after transient trouble, with a pause that doubles.</summary>
internal sealed class RetriedTransfer(AttachmentOptions options, TimeProvider time)
{
    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> transfer, CancellationToken cancellationToken)
    {
        TimeSpan pause = options.RetryDelay;
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await transfer(cancellationToken).ConfigureAwait(false);
            }
            catch (OnionException e) when (e.IsTransient && attempt < options.MaxAttempts)
            {
                await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
                pause *= 2;
            }
        }
    }
}
