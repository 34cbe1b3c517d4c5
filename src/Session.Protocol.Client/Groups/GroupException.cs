namespace Session.Protocol.Client.Groups;

/// <summary>Something cannot be done in a group as it is now. Nothing was changed and nothing was sent.</summary>
public sealed class GroupException : InvalidOperationException
{
    internal GroupException(GroupProblem problem)
        : base(Text(problem)) => Problem = problem;

    /// <summary>What stands in the way.</summary>
    public GroupProblem Problem { get; }

    private static string Text(GroupProblem problem) => problem switch
    {
        GroupProblem.Full => "A group has at most 100 members, invited ones included.",
        GroupProblem.NotAnAdmin => "Only an admin of the group can do that.",
        GroupProblem.NotJoined => "The invitation to this group has not been accepted yet.",
        GroupProblem.NotAMember => "This account is not in the group, or not any more.",
        GroupProblem.NoSuchMember => "There is no such member in the group.",
        GroupProblem.NotSenior => "An admin can be removed only by one that has been an admin for longer.",
        GroupProblem.NoChange => "It is so already.",
        GroupProblem.LastAdmin => "The last admin cannot leave while others are in the group: make one of them an admin first, or remove them.",
        _ => "The group has had as many changes as a group can have.",
    };
}
