using Google.Protobuf;

namespace Session.Protocol.Messages;

/// <summary>One of the account's own configs, from its own swarm (protocol/11 §11). Found anywhere else it must be ignored.</summary>
internal sealed record SharedConfig : MessageContent
{
    private readonly ByteString _data = ByteString.Empty;

    public required SharedConfigKind Kind { get; init => field = Limits.RequireDefined(value, nameof(Kind)); }

    public required long SequenceNumber { get; init; }

    /// <summary>The encrypted config.</summary>
    public required ReadOnlyMemory<byte> Data { get => _data.Memory; init => _data = Limits.Copy(value); }
}
