using Session.Protocol.Accounts;

namespace Session.Protocol.Groups;

/// <summary>One account of a removal.</summary>
/// <param name="Account">Who is removed.</param>
/// <param name="Known">
/// The newest changes by this account that the remover knew. They and those behind them keep their effect; whatever else a removed
/// admin signs, however it dates it, has none.
/// </param>
internal sealed record GroupRemoval(AccountId Account, IReadOnlyList<GroupHash> Known);
