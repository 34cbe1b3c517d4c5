namespace Session.Protocol.Messages;

/// <summary>One step of a call between two accounts (protocol/13 §15). This library carries it and makes no calls itself.</summary>
public sealed record CallSignal : MessageContent
{
    /// <summary>Which step.</summary>
    public required CallSignalType Type { get; init => field = Limits.RequireDefined(value, nameof(Type)); }

    /// <summary>The id of the call, a UUID as text. Not empty.</summary>
    public required string CallId { get; init => field = Limits.RequireText(value, nameof(CallId)); }

    /// <summary>Offer and answer: one session description. Candidates: one per entry. At most 4,096.</summary>
    public IReadOnlyList<string> Sdps { get; init => field = Strings(value, nameof(Sdps)); } = ValueList<string>.Empty;

    /// <summary>Candidates: the media line of each entry of <see cref="Sdps"/>.</summary>
    public IReadOnlyList<int> SdpMLineIndexes
    {
        get;
        init => field = ValueList<int>.Copy(
            value, Limits.MaxListItems, nameof(SdpMLineIndexes), x => (int)Limits.RequireRange(x, int.MaxValue, nameof(SdpMLineIndexes)));
    } = ValueList<int>.Empty;

    /// <summary>Candidates: the media id of each entry of <see cref="Sdps"/>.</summary>
    public IReadOnlyList<string> SdpMids { get; init => field = Strings(value, nameof(SdpMids)); } = ValueList<string>.Empty;

    private protected override bool AlwaysStatesExpiration => true;

    private static ValueList<string> Strings(IReadOnlyList<string> value, string parameter) =>
        ValueList<string>.Copy(value, Limits.MaxListItems, parameter);
}
