using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Onion.Servers;

/// <summary>Requests to one server: codes become faults, and after a complaint about our clock there is one second try.</summary>
internal sealed class ServerCalls(IOnionClient onion, OnionServer server)
{
    private const int Success = 200;

    /// <summary>The answer of a successful request.</summary>
    /// <param name="makeRequest">Called for each try, because a request may hold the time.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OnionException">The server refused, or the request did not reach it.</exception>
    public async ValueTask<ServerResponse> SendAsync(Func<ServerRequest> makeRequest, CancellationToken cancellationToken)
    {
        for (bool again = true; ; again = false)
        {
            OnionException refusal;
            try
            {
                ServerResponse response = await onion.SendToServerAsync(server, makeRequest(), cancellationToken).ConfigureAwait(false);
                if (response.Code == Success)
                {
                    return response;
                }

                refusal = new OnionException(StorageStatus.ToFault(response.Code), $"The server answered with code {response.Code}.");
            }
            catch (OnionException e) when (e.Fault == OnionFault.ClockOutOfSync)
            {
                refusal = e;
            }

            if (!again || refusal.Fault != OnionFault.ClockOutOfSync)
            {
                throw refusal;
            }

            await onion.Clock.ResynchroniseAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What to throw for a success that cannot be read.</summary>
    public static OnionException Unreadable() => new(OnionFault.InvalidResponse, "The server's answer cannot be read.");
}
