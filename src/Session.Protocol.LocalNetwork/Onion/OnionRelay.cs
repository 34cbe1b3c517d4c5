namespace Session.Protocol.LocalNetwork.Onion;

internal sealed class OnionRelay(NodeRegistry network) : IDisposable
{
    public ValueTask<OnionReply> EnterAsync(LocalNode node, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        _ = network; _ = node; _ = body; _ = cancellationToken;
        return new(OnionReply.Text(400, "x"));
    }

    public void Dispose()
    {
    }
}
