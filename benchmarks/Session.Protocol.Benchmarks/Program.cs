using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;
using Session.Protocol.Benchmarks.Attachments;
using Session.Protocol.Benchmarks.Corridor;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Benchmarks.Growth;
using Session.Protocol.Benchmarks.Guard;
using Session.Protocol.Benchmarks.Onion;
using Session.Protocol.Benchmarks.Peers;
using Session.Protocol.Benchmarks.Scale;
using Session.Protocol.Benchmarks.Stores;
using Session.Protocol.TestSupport;

// Without it libsodium runs its portable code: a floor that is measured first would be twice as high.
_ = Sodium.Initialize();
string folder = RepositoryFolder.Combine("benchmarks");
switch (args)
{
    case ["guard", .. string[] prefix]:
        return GuardCommand.Run(Path.Combine(folder, "limits.json"), prefix.FirstOrDefault(string.Empty));

    case ["record"]:
        return GuardCommand.Record(Path.Combine(folder, "limits.json"), Path.Combine(folder, "results"));

    case ["corridor"] or ["corridor", "profile"]:
        return await CorridorCommand.RunAsync(Path.Combine(folder, "results"), profile: args.Length > 1);

    case ["transfer"]:
        return await TransferCommand.RunAsync(Path.Combine(folder, "results"));

    case ["onion"]:
        return await OnionCommand.RunAsync(Path.Combine(folder, "results"));

    case [NetworkProcess.Argument]:
        return await NetworkProcess.RunAsync();

    case ["store"]:
        return await StoreCommand.RunAsync(Path.Combine(folder, "results"));

    case ["scale", .. string[] sizes]:
        return await ScaleCommand.RunAsync(Path.Combine(folder, "results"), sizes is [] ? [1, 10, 100, 1_000] : [.. sizes.Select(x => int.Parse(x, CultureInfo.InvariantCulture))]);

    case [ScaleCommand.FleetArgument, string seed, string accounts, string messages]:
        return await ScaleCommand.RunFleetAsync(seed, accounts, messages);

    case ["growth"]:
        return GrowthCommand.Run(Path.Combine(folder, "results"));

    case ["peers"]:
        return PeersCommand.Run(Path.Combine(folder, "peers"), Path.Combine(folder, "results"));

    case ["full", .. string[] filter]:
        // Short blocks in this process: 25 benchmarks a minute. The ratio column is what to read.
        Job job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
            .WithLaunchCount(1).WithWarmupCount(3).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(100));
        IConfig config = ManualConfig.CreateMinimumViable()
            .AddJob(job)
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(MarkdownExporter.GitHub, JsonExporter.FullCompressed)
            .WithArtifactsPath(folder);
        BenchmarkSwitcher.FromAssembly(typeof(GuardCommand).Assembly).Run(filter is [] ? ["--filter", "*"] : filter, config);
        return 0;

    default:
        Console.Error.WriteLine("""
            guard [prefix]   measure every operation beside its floor, fail when one is over its limit in benchmarks/limits.json
            record           the same for all, kept in benchmarks/results/ with a picture
            growth           measure how costs grow with sizes and counts, kept in benchmarks/results/
            store            measure the store on disk behind up to a million messages, kept in benchmarks/results/
            scale [sizes]    measure fleets of 10, 100 and 1,000 accounts in one process: bytes per account, messages per second, latency
            corridor         measure a message from client to client through a local network in another process
            corridor profile print who allocates what on that way
            transfer         measure files of 64 KB to 10 MB on their way up and down, in the same way
            onion            measure requests through three hops, one after the other and up to 256 at once, in the same way
            peers            measure v1 messages and the ratchet beside libsodium-wrappers and libsignal in Node
            full [--filter]  run BenchmarkDotNet, write Markdown and JSON to benchmarks/results/
            """);
        return 2;
}
