using Session.Protocol.Onion;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// Whether something lies in the store that is still to be done on the network. A crash may have left some, so a new one is awake. Safe for concurrent use.
/// </summary>
internal sealed class DueWork
{
    private int _isDue = 1;

    /// <summary>Something was committed that is to be done.</summary>
    public void Wake() => Volatile.Write(ref _isDue, 1);

    /// <summary>Does the work if there may be any. What was not done to its end is begun again at the next call.</summary>
    /// <param name="work">Does all that the store holds.</param>
    /// <param name="failed">Told of trouble on the network, which goes no further.</param>
    public async ValueTask RunAsync(Func<Task> work, Action<OnionFault> failed)
    {
        if (Interlocked.Exchange(ref _isDue, 0) == 0)
        {
            return;
        }

        bool isDone = false;
        try
        {
            await work().ConfigureAwait(false);
            isDone = true;
        }
        catch (OnionException e)
        {
            failed(e.Fault);
        }
        finally
        {
            if (!isDone)
            {
                Wake();
            }
        }
    }
}
