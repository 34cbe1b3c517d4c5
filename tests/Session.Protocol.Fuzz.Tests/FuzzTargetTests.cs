namespace Session.Protocol.Fuzz.Tests;

/// <summary>The quick part of fuzzing: every kept input, and a fixed number of mutations of them. The command runs longer.</summary>
public class FuzzTargetTests
{
    private const int Mutations = 1_500;
    private const int Seed = 20_261;

    public static TheoryData<string> Targets => [.. FuzzTarget.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_OfTarget_IsSurvived(string name)
    {
        FuzzTarget target = FuzzTarget.All.Single(t => t.Name == name);
        IReadOnlyList<byte[]> corpus = target.ReadCorpus();

        Assert.NotEmpty(corpus);
        Assert.Null(new FuzzRun(target).Replay(corpus));
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutations_OfCorpus_AreSurvived(string name)
    {
        FuzzTarget target = FuzzTarget.All.Single(t => t.Name == name);
        var run = new FuzzRun(target);

        Assert.Null(run.Mutate(new Mutator(target.ReadCorpus(), Seed), () => run.Count < Mutations));
    }
}
