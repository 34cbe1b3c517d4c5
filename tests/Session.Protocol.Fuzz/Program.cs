using System.Diagnostics;
using System.Globalization;
using Session.Protocol.Fuzz;
using Session.Protocol.TestSupport;

const string Usage = """
    <target|all> [--seconds N] [--seed S]   replay the corpus, then mutate it (60 seconds a target, seed 1)
    <target> --replay FILE                  run one input
    <target> --afl                          one input from standard input, driven by AFL++ (docs/fuzzing.md)
    list                                    name the targets
    """;

string[] names = [.. FuzzTarget.All.Select(t => t.Name)];
switch (args)
{
    case ["list"]:
        Console.WriteLine(string.Join('\n', names));
        return 0;

    case [var name, "--afl"] when names.Contains(name):
        FuzzTarget driven = Target(name);
        SharpFuzz.Fuzzer.OutOfProcess.Run(input => driven.Fuzz(ReadAll(input)));
        return 0;

    case [var name, "--replay", var file] when names.Contains(name):
        return Report(name, new FuzzRun(Target(name)).Replay([File.ReadAllBytes(file)]));

    case [var name, .. var options] when (name == "all" || names.Contains(name)) && TryReadOptions(options, out int seconds, out int seed):
        IEnumerable<FuzzTarget> targets = name == "all" ? FuzzTarget.All : [Target(name)];
        return targets.ToArray().Select(target => Attack(target, TimeSpan.FromSeconds(seconds), seed)).ToArray().Max();

    default:
        Console.Error.WriteLine(Usage);
        return 2;
}

FuzzTarget Target(string name) => FuzzTarget.All.Single(t => t.Name == name);

int Attack(FuzzTarget target, TimeSpan time, int seed)
{
    IReadOnlyList<byte[]> corpus = target.ReadCorpus();
    var run = new FuzzRun(target);
    using var watch = new HangWatch(run, FindingsOf(target.Name));
    long start = Stopwatch.GetTimestamp();
    FuzzFailure? failure = run.Replay(corpus) ?? run.Mutate(new Mutator(corpus, seed), () => Stopwatch.GetElapsedTime(start) < time);
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{target.Name,-22} {run.Count,10:N0} inputs, {run.Count / Stopwatch.GetElapsedTime(start).TotalSeconds,9:N0} a second, seed {seed}"));
    return Report(target.Name, failure);
}

int Report(string name, FuzzFailure? failure)
{
    if (failure is null)
    {
        return 0;
    }

    Console.Error.WriteLine($"{name}: FOUND {failure.Save(FindingsOf(name))}\n{failure}");
    return 1;
}

static string FindingsOf(string name) => RepositoryFolder.Combine("artifacts", "fuzz", name);

static byte[] ReadAll(Stream input)
{
    using var copy = new MemoryStream();
    input.CopyTo(copy);
    return copy.ToArray();
}

static bool TryReadOptions(string[] options, out int seconds, out int seed)
{
    seconds = 60;
    seed = 1;
    for (int i = 0; i < options.Length; i += 2)
    {
        bool known = i + 1 < options.Length && options[i] switch
        {
            "--seconds" => int.TryParse(options[i + 1], CultureInfo.InvariantCulture, out seconds) && seconds > 0,
            "--seed" => int.TryParse(options[i + 1], CultureInfo.InvariantCulture, out seed),
            _ => false,
        };
        if (!known)
        {
            return false;
        }
    }

    return true;
}
