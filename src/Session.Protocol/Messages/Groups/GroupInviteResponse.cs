namespace Session.Protocol.Messages.Groups;

/// <summary>The sender has accepted its invitation to the group.</summary>
public sealed record GroupInviteResponse : GroupUpdate
{
    /// <summary>Always true in practice; receivers ignore false.</summary>
    public bool IsApproved { get; init; } = true;
}
