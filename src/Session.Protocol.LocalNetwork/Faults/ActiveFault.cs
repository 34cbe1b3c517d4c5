using System.Buffers.Binary;
using Session.Protocol.Cryptography;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>A fault that was put into a <see cref="FaultScript"/>: how often it acted, and its end. Safe for concurrent use.</summary>
public sealed class ActiveFault
{
    private readonly FaultScript _script;
    private readonly ulong _seed;
    private readonly int _number;
    private readonly long _addedAt;
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong _opportunities;
    private long _fired;

    internal ActiveFault(FaultScript script, Fault fault, ulong seed, int number, long addedAt)
    {
        _script = script;
        Fault = fault;
        _seed = seed;
        _number = number;
        _addedAt = addedAt;
    }

    /// <summary>What was put in.</summary>
    public Fault Fault { get; }

    /// <summary>How often it has acted.</summary>
    public long Fired
    {
        get
        {
            lock (_lock)
            {
                return _fired;
            }
        }
    }

    /// <summary>Ends when it acts for the first time: a test can wait for it instead of for time.</summary>
    public Task Happened => _happened.Task;

    /// <summary>Ends the fault. Calling it again does nothing.</summary>
    public void Remove() => _script.Remove(this);

    /// <summary>Whether it acts here and now; counts it when it does.</summary>
    internal bool TryFire(in FaultSite site, TimeProvider clock)
    {
        if (!Fault.Matches(site) || !Fault.IsDue(clock.GetElapsedTime(_addedAt)))
        {
            return false;
        }

        lock (_lock)
        {
            if (_fired >= (Fault.MaxCount ?? long.MaxValue) || !Decide(_opportunities++))
            {
                return false;
            }

            _fired++;
            _happened.TrySetResult();
            return true;
        }
    }

    // The n-th opportunity of the k-th fault is decided alike in every run with the same seed, whatever happens in between.
    private bool Decide(ulong opportunity)
    {
        if (Fault.Probability >= 1)
        {
            return true;
        }

        Span<byte> input = stackalloc byte[(2 * sizeof(ulong)) + sizeof(int)];
        BinaryPrimitives.WriteUInt64LittleEndian(input, _seed);
        BinaryPrimitives.WriteUInt64LittleEndian(input[sizeof(ulong)..], opportunity);
        BinaryPrimitives.WriteInt32LittleEndian(input[(2 * sizeof(ulong))..], _number);
        Span<byte> hash = stackalloc byte[32];
        Blake2b.Hash(input, hash);
        return BinaryPrimitives.ReadUInt32LittleEndian(hash) / (double)uint.MaxValue < Fault.Probability;
    }
}
