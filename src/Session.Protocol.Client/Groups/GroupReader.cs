using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client.Groups;

/// <summary>The sender key of one device of a member, and which of its messages have not come. Changed on a copy. Secret.</summary>
internal sealed class GroupReader : IDisposable
{
    /// <summary>Missing numbers remembered; a gap that is longer is reported as one of this length.</summary>
    public const int MaxMissing = 256;

    private const byte Format = 1;
    private const int FixedSize = 1 + 8 + 2 + 4;

    private GroupReader(SenderKeySession session) => Session = session;

    public SenderKeySession Session { get; }

    /// <summary>Number of the message that comes next, if nothing is lost; 0 before anything is known.</summary>
    public ulong NextNumber { get; private set; }

    /// <summary>Numbers before <see cref="NextNumber"/> that have not come and were not reported, ascending.</summary>
    public List<ulong> Missing { get; } = [];

    public static GroupReader Create(Guid distributionId) => new(new SenderKeySession(distributionId));

    public static GroupReader Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        ulong next = GroupWriter.ReadUInt64(ref reader);
        var missing = new List<ulong>();
        for (int i = reader.UInt16(); i > 0 && !reader.IsDefect; i--)
        {
            missing.Add(GroupWriter.ReadUInt64(ref reader));
        }

        ReadOnlySpan<byte> sessionBytes = reader.Bytes((int)Math.Min(reader.UInt32(), int.MaxValue));
        if (!known || !reader.IsComplete || !SenderKeySession.TryDeserialize(sessionBytes, out SenderKeySession? session))
        {
            throw new InvalidDataException("The store gave a member's sender key that this version cannot read.");
        }

        var read = new GroupReader(session) { NextNumber = next };
        read.Missing.AddRange(missing);
        return read;
    }

    /// <summary>The whole state with its secrets; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] session = Session.Serialize();
        byte[] bytes = new byte[FixedSize + (Missing.Count * 8) + session.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        GroupWriter.WriteUInt64(ref writer, NextNumber);
        writer.UInt16(Missing.Count);
        foreach (ulong number in Missing)
        {
            GroupWriter.WriteUInt64(ref writer, number);
        }

        writer.UInt32((uint)session.Length);
        writer.Bytes(session);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(session);
        return bytes;
    }

    /// <summary>Learns where a reader that knows nothing begins.</summary>
    public void StartAt(ulong number)
    {
        if (NextNumber == 0)
        {
            NextNumber = number;
        }
    }

    /// <summary>Notes a message that came, and what it shows to be missing.</summary>
    public void Took(ulong number, IReadOnlyList<ulong> unsent)
    {
        if (NextNumber == 0)
        {
            NextNumber = number;
        }

        // The last ones of a long gap: the numbers are the author's word, and may be anything.
        ulong first = number > MaxMissing ? Math.Max(NextNumber, number - MaxMissing) : NextNumber;
        for (ulong i = first; i < number; i++)
        {
            Missing.Add(i);
        }

        NextNumber = Math.Max(NextNumber, number + 1);
        Missing.RemoveAll(x => x == number || unsent.Contains(x));
        if (Missing.Count > MaxMissing)
        {
            Missing.RemoveRange(0, Missing.Count - MaxMissing);
        }
    }

    public void Dispose() => Session.Dispose();
}
