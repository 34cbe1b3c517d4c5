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
    public ValueTask<ServerResponse> SendAsync(Func<ServerRequest> makeRequest, CancellationToken cancellationToken) => TwiceAsync(
        async token =>
        {
            ServerResponse response = await onion.SendToServerAsync(server, makeRequest(), token).ConfigureAwait(false);
            return Refusal(response.Code) is { } refusal ? throw refusal : response;
        },
        cancellationToken);

    /// <summary>The same for bodies and answers that are too long for memory; the caller disposes the answer.</summary>
    /// <exception cref="OnionException">The server refused, or the request did not reach it.</exception>
    public ValueTask<StreamedServerResponse> SendStreamedAsync(ServerRequest request, StreamedBody? body, Stream workspace, CancellationToken cancellationToken) => TwiceAsync(
        async token =>
        {
            StreamedServerResponse response = await onion.SendStreamedToServerAsync(server, request, body, workspace, token).ConfigureAwait(false);
            if (Refusal(response.Code) is not { } refusal)
            {
                return response;
            }

            response.Dispose();
            throw refusal;
        },
        cancellationToken);

    /// <summary>What to throw for a success that cannot be read.</summary>
    public static OnionException Unreadable() => new(OnionFault.InvalidResponse, "The server's answer cannot be read.");

    private static OnionException? Refusal(int code) =>
        code == Success ? null : new OnionException(StorageStatus.ToFault(code), $"The server answered with code {code}.");

    private async ValueTask<T> TwiceAsync<T>(Func<CancellationToken, ValueTask<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send(cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e) when (e.Fault == OnionFault.ClockOutOfSync)
        {
            await onion.Clock.ResynchroniseAsync(cancellationToken).ConfigureAwait(false);
            return await send(cancellationToken).ConfigureAwait(false);
        }
    }
}
