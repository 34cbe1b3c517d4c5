using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>Writes commits, several in one transaction, and sweeps out what has expired. Not safe for concurrent use.</summary>
internal sealed class StoreWriter(StoreStatements statements, RowSealer sealer, TimeProvider time)
{
    /// <summary>Expired rows deleted with one commit, so that a busy day's end holds nobody up.</summary>
    private const int MaxSwept = 256;

    /// <summary>Days looked at in one commit, after a long time without the program.</summary>
    private const int MaxSweptDays = 64;

    /// <summary>The last day of which all rows are gone; null until it was read.</summary>
    private long? _swept;

    /// <summary>All of the commits or none.</summary>
    public void Write(IReadOnlyList<SealedCommit> commits)
    {
        statements.Begin.Run();
        try
        {
            long swept = Sweep();
            foreach (SealedCommit commit in commits)
            {
                Write(commit, swept);
            }

            statements.Commit.Run();
            _swept = swept;
        }
        catch
        {
            Undo();
            throw;
        }
    }

    private void Write(SealedCommit commit, long swept)
    {
        foreach ((byte[] key, long day) in commit.Handled)
        {
            statements.AddHandled.Run(key, Day.Hash(sealer, Math.Max(day, swept + 1)));
        }

        foreach ((byte[] key, byte[] value) in commit.Positions)
        {
            statements.SetPosition.Run(key, value);
        }

        foreach (SealedState state in commit.States)
        {
            if (state.Value is null)
            {
                statements.DeleteState.Run(state.Key);
            }
            else
            {
                statements.SetState.Run(state.Key, state.Kind, DayOf(state.ExpiryDay, swept), state.Label, state.Value);
            }
        }

        foreach (SealedMessageChange message in commit.Messages)
        {
            Write(message, swept);
        }
    }

    private void Write(SealedMessageChange change, long swept)
    {
        switch (change.Kind)
        {
            case MessageChangeKind.Put:
                statements.PutMessage.Run(change.Conversation, change.Key, DayOf(change.ExpiryDay, swept), change.Value);
                statements.TrimMessages.Run(change.Conversation, change.MaxMessages);
                break;
            case MessageChangeKind.Expire:
                if (statements.FindMessage.Read(change.Key) is byte[] box && SealedMessageChange.Date(sealer, change.Key, box, change.ExpiresAt) is { } value)
                {
                    statements.DateMessage.Run(change.Key, DayOf(change.ExpiryDay, swept), value);
                }

                break;
            case MessageChangeKind.Delete:
                statements.DeleteMessage.Run(change.Key, change.Conversation);
                break;
            case MessageChangeKind.Clear:
                statements.ClearMessages.Run(change.Conversation);
                break;
            default:
                throw new InvalidOperationException("A kind of change that this version does not know.");
        }
    }

    /// <summary>The day on which a row is swept out; one that is past is behind the broom already.</summary>
    private byte[]? DayOf(long? expiryDay, long swept) => expiryDay is { } expiry ? Day.Hash(sealer, Math.Max(expiry, swept + 1)) : null;

    /// <summary>Deletes some of what has expired, and gives the last day of which nothing is left.</summary>
    private long Sweep()
    {
        long today = Day.Of(time.GetUtcNow());
        long swept = _swept ?? ReadSweep() ?? today - 1;
        long before = swept;
        for (int i = 0; i < MaxSweptDays && swept < today; i++)
        {
            byte[] day = Day.Hash(sealer, swept + 1);
            if (statements.SweepHandled.Run(day, MaxSwept) == MaxSwept
                || statements.SweepStates.Run(day, MaxSwept) == MaxSwept
                || statements.SweepMessages.Run(day, MaxSwept) == MaxSwept)
            {
                break;
            }

            swept++;
        }

        if (swept != before || _swept is null)
        {
            Span<byte> number = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(number, swept);
            statements.SetSweep.Run(sealer.Seal(RowKind.Sweep, default, number));
        }

        return swept;
    }

    private long? ReadSweep()
    {
        if (statements.GetSweep.Read() is not byte[] box)
        {
            return null;
        }

        byte[] number = sealer.Open(RowKind.Sweep, default, box);
        return number.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(number) : throw RowSealer.Damaged();
    }

    private void Undo()
    {
        try
        {
            statements.Rollback.Run();
        }
        catch (SqliteException)
        {
            // SQLite has undone the transaction itself, as it does when the disk is full.
        }
    }
}
