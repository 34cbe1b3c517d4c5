namespace Session.Protocol.Fuzz.Tests;

/// <summary>A fuzzer that finds nothing proves nothing; these plant something to find.</summary>
public class FuzzRunTests
{
    private static readonly byte[][] Corpus = ["d1:ai5ee"u8.ToArray(), "{\"a\":[1,2]}"u8.ToArray()];

    [Fact]
    public void Mutate_PlantedCrash_IsFoundWithItsInput()
    {
        var run = new FuzzRun(new FuzzTarget("planted", static input =>
        {
            if (input.IndexOf("]]"u8) >= 0)
            {
                throw new InvalidOperationException("planted");
            }
        }));

        FuzzFailure? failure = run.Mutate(new Mutator(Corpus, 1), () => run.Count < 100_000);

        Assert.NotNull(failure);
        Assert.True(failure.Input.AsSpan().IndexOf("]]"u8) >= 0);
        Assert.IsType<InvalidOperationException>(failure.Trouble);
        Assert.NotNull(run.Replay([failure.Input]));
    }

    [Fact]
    public void Replay_AllocationBeyondItsInput_IsAFinding()
    {
        var run = new FuzzRun(new FuzzTarget("planted", static input => GC.KeepAlive(new byte[input[0] * 1_000_000])));

        Assert.Null(run.Replay([[1]]));
        Assert.IsType<FuzzFinding>(run.Replay([[100]])?.Trouble);
    }

    [Fact]
    public void Mutator_SameSeed_MakesTheSameInputs()
    {
        var first = new Mutator(Corpus, 7);
        var second = new Mutator(Corpus, 7);

        for (int i = 0; i < 1_000; i++)
        {
            byte[] input = first.Next();
            Assert.Equal(input, second.Next());
            Assert.InRange(input.Length, 0, Mutator.MaxLength);
        }
    }

    [Fact]
    public void Save_Failure_WritesTheInput()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("session-protocol-fuzz-");
        try
        {
            string file = new FuzzFailure([1, 2, 3], new FuzzFinding("x")).Save(folder.FullName);
            Assert.Equal([1, 2, 3], File.ReadAllBytes(file));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
