using Microsoft.AspNetCore.Http;
using Session.Protocol.LocalNetwork.Onion;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>Reading a bounded body and writing an answer without a charset, as the real server does.</summary>
internal static class HttpReply
{
    /// <summary>Largest request body of a node (protocol/21 §1.1).</summary>
    public const int MaxBody = 10 * 1024 * 1024;

    /// <summary>The body, or null when it is too large; what was announced as too large is not read at all.</summary>
    public static async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBody)
        {
            return null;
        }

        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        byte[] buffer = new byte[16 * 1024];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > MaxBody)
            {
                return null;
            }

            await body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted).ConfigureAwait(false);
        }

        return body.ToArray();
    }

    public static Task TextAsync(HttpContext context, int status, string text) =>
        WriteAsync(context, status, "text/plain", System.Text.Encoding.UTF8.GetBytes(text));

    /// <summary>The answer as it is; a broken one ends the connection without any.</summary>
    public static Task WriteAsync(HttpContext context, OnionReply reply)
    {
        if (reply != OnionReply.Broken)
        {
            return WriteAsync(context, reply.Status, reply.ContentType, reply.Body);
        }

        context.Abort();
        return Task.CompletedTask;
    }

    public static async Task WriteAsync(HttpContext context, int status, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
