using System.Diagnostics;
using Session.Protocol.Crash;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>What happens when the process is killed. The long form is a program: <c>tests/Session.Protocol.Crash</c>.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Kill_AtEachCommitInTurn_LosesAndRepeatsNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGKILL there.");

        (int kills, IReadOnlyList<string> wrong) = await CrashRun.RunAsync(TimeSpan.FromSeconds(8), output.WriteLine);

        Assert.Empty(wrong);
        Assert.NotEqual(0, kills);
    }

    [Fact]
    public async Task Kill_BotThatAnswersAndAcknowledgesInTwoCommits_IsFoundOut()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There is no SIGKILL there.");

        IReadOnlyList<string> wrong = await CrashRun.RunCarelessAsync(output.WriteLine);

        Assert.Contains(wrong, x => x.EndsWith("has 2 answers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Open_WhileAnotherProcessHasIt_IsRefusedUntilThatIsKilled()
    {
        using var folder = new StoreFolder();
        using SqliteStoreKey key = SqliteStoreKey.FromBytes(CrashRun.StoreKey);
        using Process holder = await CrashRun.HoldAsync(folder.Path);
        try
        {
            Assert.Equal(SqliteStoreFault.InUse, Assert.Throws<SqliteStoreException>(() => SqliteAccountStore.Open(folder.Path, key)).Fault);
        }
        finally
        {
            holder.Kill();
            await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        SqliteAccountStore.Open(folder.Path, key).Dispose();
    }
}
