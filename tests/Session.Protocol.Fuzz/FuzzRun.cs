namespace Session.Protocol.Fuzz;

/// <summary>Runs one target over a corpus and over what the mutator makes of it, until something is found.</summary>
public sealed class FuzzRun(FuzzTarget target)
{
    /// <summary>What decoding may allocate whatever the input: tables, pools, a result.</summary>
    private const long BaseAllocation = 2 * 1024 * 1024;

    /// <summary>What decoding may allocate for each byte: small JSON values become objects, but nothing grows faster than its input.</summary>
    private const long AllocationPerByte = 512;

    private byte[]? _current;

    /// <summary>Inputs run so far.</summary>
    public long Count { get; private set; }

    /// <summary>The input that is being decoded, for somebody who waits for it in vain.</summary>
    public byte[]? Current => Volatile.Read(ref _current);

    /// <summary>Runs the corpus as it is.</summary>
    /// <returns>The first finding, or null.</returns>
    public FuzzFailure? Replay(IEnumerable<byte[]> corpus) => corpus.Select(Run).FirstOrDefault(failure => failure is not null);

    /// <summary>Runs mutated inputs as long as <paramref name="goOn"/> says.</summary>
    /// <returns>The first finding, or null.</returns>
    public FuzzFailure? Mutate(Mutator mutator, Func<bool> goOn)
    {
        FuzzFailure? failure = null;
        while (failure is null && goOn())
        {
            failure = Run(mutator.Next());
        }

        return failure;
    }

    private FuzzFailure? Run(byte[] input)
    {
        Count++;
        Volatile.Write(ref _current, input);
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Fuzz(input);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            FuzzFinding.Require(allocated <= BaseAllocation + (AllocationPerByte * input.Length), $"{allocated} bytes allocated for {input.Length} bytes of input.");
            return null;
        }
        catch (Exception trouble)
        {
            return new FuzzFailure(input, trouble);
        }
        finally
        {
            Volatile.Write(ref _current, null);
        }
    }
}
