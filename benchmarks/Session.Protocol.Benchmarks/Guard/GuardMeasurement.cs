namespace Session.Protocol.Benchmarks.Guard;

/// <summary>What an operation was measured to cost.</summary>
/// <param name="Nanoseconds">Median of the blocks.</param>
/// <param name="FloorNanoseconds">Median of the floor's blocks, which ran in turn with the others; null without a floor.</param>
/// <param name="Bytes">Allocated per call.</param>
internal sealed record GuardMeasurement(double Nanoseconds, double? FloorNanoseconds, long Bytes)
{
    // Half a second: methods that are called less than a hundred times a block are compiled well only after a while.
    private const int WarmUpRounds = 20;
    private const int Rounds = 11;
    private const long BlockNanoseconds = 15_000_000;
    private const int AllocationCalls = 64;

    public double? Ratio => Nanoseconds / FloorNanoseconds;

    public static GuardMeasurement Of(GuardedOperation operation)
    {
        int ours = Calibrate(operation.Ours);
        Action floorAction = operation.Floor ?? Nothing;
        int floor = operation.Floor is null ? 0 : Calibrate(floorAction);
        for (int i = 0; i < WarmUpRounds; i++)
        {
            _ = Block(floorAction, floor);
            _ = Block(operation.Ours, ours);
        }

        double[] oursTimes = new double[Rounds];
        double[] floorTimes = new double[Rounds];
        for (int i = 0; i < Rounds; i++)
        {
            floorTimes[i] = Block(floorAction, floor);
            oursTimes[i] = Block(operation.Ours, ours);
        }

        return new GuardMeasurement(Median(oursTimes), operation.Floor is null ? null : Median(floorTimes), AllocatedBytes(operation.Ours));
    }

    private static void Nothing()
    {
    }

    private static int Calibrate(Action action)
    {
        int calls = 1;
        while (true)
        {
            double each = Block(action, calls);
            if (each * calls >= BlockNanoseconds / 4.0)
            {
                return Math.Max(1, (int)(BlockNanoseconds / each));
            }

            calls *= 2;
        }
    }

    private static double Block(Action action, int calls)
    {
        long start = ThreadClock.Nanoseconds();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return (ThreadClock.Nanoseconds() - start) / (double)calls;
    }

    private static long AllocatedBytes(Action action)
    {
        long start = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < AllocationCalls; i++)
        {
            action();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - start) / AllocationCalls;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
