using System.Text;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>The changes of one commit as rows. Made before the writer's turn comes, so that encrypting holds nobody up.</summary>
internal sealed class SealedCommit
{
    private SealedCommit(
        IReadOnlyList<(byte[] Key, long Day)> handled, IReadOnlyList<(byte[] Key, byte[] Value)> positions, IReadOnlyList<SealedState> states, IReadOnlyList<SealedMessageChange> messages)
    {
        Handled = handled;
        Positions = positions;
        States = states;
        Messages = messages;
    }

    public IReadOnlyList<(byte[] Key, long Day)> Handled { get; }

    public IReadOnlyList<(byte[] Key, byte[] Value)> Positions { get; }

    public IReadOnlyList<SealedState> States { get; }

    public IReadOnlyList<SealedMessageChange> Messages { get; }

    /// <summary>Whether it was written, or failed, with the commits of others.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Why it was not written.</summary>
    public Exception? Failure { get; private set; }

    /// <exception cref="ArgumentException">An entry is larger than the contract allows.</exception>
    public static SealedCommit Create(AccountChanges changes, RowSealer sealer)
    {
        var handled = new List<(byte[], long)>(changes.Handled.Count * 2);
        foreach (HandledMessage message in changes.Handled)
        {
            long day = Day.After(message.ExpiresAt);
            handled.Add((RowName.Of(sealer, message.Hash), day));
            if (message.Key is { } key)
            {
                handled.Add((RowName.Of(sealer, key), day));
            }
        }

        var positions = new List<(byte[], byte[])>(changes.Positions.Count);
        foreach (RetrievePosition position in changes.Positions)
        {
            byte[] key = RowName.Of(sealer, position.Node, position.Account, position.Namespace);
            positions.Add((key, sealer.Seal(RowKind.Position, key, Encoding.UTF8.GetBytes(position.LastHash))));
        }

        return new SealedCommit(
            handled, positions, [.. changes.States.Select(x => SealedState.Create(x, sealer))], [.. changes.Messages.Select(x => SealedMessageChange.Create(x, sealer))]);
    }

    public void Complete(Exception? failure)
    {
        IsDone = true;
        Failure = failure;
    }
}
