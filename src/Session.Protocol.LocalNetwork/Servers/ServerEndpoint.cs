using Microsoft.AspNetCore.Http;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Http;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>
/// The front of a server behind the exit: opens onion requests in v4 form, has them answered, and seals the answer (protocol/22 §6).
/// </summary>
internal sealed class ServerEndpoint(NodeRegistry network, NodeKeys keys, Func<ServerRequest, CancellationToken, ValueTask<ServerResponse>> answer)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Request.Path != OnionServer.DefaultTarget || !HttpMethods.IsPost(context.Request.Method))
        {
            await HttpReply.TextAsync(context, 404, "Not Found").ConfigureAwait(false);
            return;
        }

        if (await HttpReply.ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            await HttpReply.TextAsync(context, 413, "Request Entity Too Large").ConfigureAwait(false);
            return;
        }

        await HttpReply.WriteAsync(context, await AnswerAsync(body, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>An answer of plain text.</summary>
    public static ServerResponse Text(int code, string text) => Respond(code, "text/plain; charset=utf-8", System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>An answer of JSON.</summary>
    public static ServerResponse Json(byte[] json) => Respond(200, "application/json", json);

    /// <summary>An answer of bytes.</summary>
    public static ServerResponse Bytes(byte[] bytes) => Respond(200, "application/octet-stream", bytes);

    private static ServerResponse Respond(int code, string contentType, byte[] body) =>
        new(code, new Dictionary<string, string>(StringComparer.Ordinal) { ["content-type"] = contentType }, body);

    private async ValueTask<OnionReply> AnswerAsync(byte[] body, CancellationToken cancellationToken)
    {
        using var key = new OnionReplyKey();
        if (!OnionHopRequest.TryParse(body, out OnionHopRequest? envelope)
            || !envelope.TryOpen(keys.EncryptionSecret, keys.Encryption, key, out byte[]? plaintext))
        {
            return OnionReply.Text(400, "Invalid onion request");
        }

        ServerResponse response = V4Message.TryDecodeRequest(plaintext, out ServerRequest? request)
            ? await answer(request, cancellationToken).ConfigureAwait(false)
            : Text(400, "Invalid v4 onion request");
        byte[] reply = network.Faults.ServerAnswer(new FaultSite(NodeRole.Server, null))?.Invoke(response) ?? V4Message.EncodeResponse(response);
        return new OnionReply(200, key.Seal(reply, RandomSource.System)) { ContentType = "application/octet-stream" };
    }
}
