using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Onion;
using Session.Protocol.Sqlite;

namespace Session.Protocol.Crash;

/// <summary>A bot that dies again and again, and the peer that questions it and counts its answers.</summary>
internal sealed class CrashSubject : IAsyncDisposable
{
    /// <summary>Longest that a child may take for anything; then the run has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Questions asked until devices and records are known to both.</summary>
    private const int SettlingQuestions = 16;

    private readonly string _path;
    private readonly bool _ratchet;
    private readonly bool _acknowledges;
    private readonly IReadOnlyList<Uri> _seeds;
    private readonly SessionIdentity _bot = SessionIdentity.Create(SecretExport.Allowed);
    private readonly SessionIdentity _peer = SessionIdentity.Create();
    private readonly OnionClient _onion;
    private readonly SessionClient _client;
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<string, int> _answers = new(StringComparer.Ordinal);
    private readonly Task _listening;
    private readonly SemaphoreSlim _heard = new(0);
    private int _asked;

    /// <param name="path">The bot's store.</param>
    /// <param name="ratchet">Whether both speak the ratchet.</param>
    /// <param name="acknowledges">Whether the bot answers and acknowledges in one commit. One that does not answers twice after some crashes: the run must find that.</param>
    /// <param name="network">Where they live.</param>
    public CrashSubject(string path, bool ratchet, bool acknowledges, LocalNetwork.LocalNetwork network)
    {
        _acknowledges = acknowledges;
        _path = path;
        _ratchet = ratchet;
        _seeds = network.SeedUrls;
        _onion = new OnionClient(network.ClientOptions);
        _client = new SessionClient(_peer, _onion, CrashChild.Options(ratchet));
        _listening = Task.Run(ListenAsync);
    }

    public string Name => _ratchet ? "ratchet" : "version 1";

    public int Asked => _asked;

    /// <summary>Whether this bot may come to such a commit: a device is made once, and records are exchanged at the beginning.</summary>
    public bool Reaches(KillPlan plan) => plan.Point switch
    {
        CommitPoint.Device or CommitPoint.Record => _ratchet && _asked < SettlingQuestions,
        CommitPoint.Received => _ratchet,
        _ => true,
    };

    /// <summary>Asks some questions and runs a child until it is dead.</summary>
    /// <returns>Whether it died where the plan says; otherwise it came to no such commit, and was killed from outside when all was answered.</returns>
    public async Task<bool> RunAsync(KillPlan plan, int questions)
    {
        for (int i = 0; i < questions; i++)
        {
            await _client.SendTextAsync(_bot.AccountId, string.Create(CultureInfo.InvariantCulture, $"q{_asked++}"));
        }

        using Process child = Start(plan);
        try
        {
            Task<string> trouble = child.StandardError.ReadToEndAsync();
            Task exit = child.WaitForExitAsync();
            using var patience = new CancellationTokenSource(Patience);
            while (!exit.IsCompleted && _answers.Count < _asked)
            {
                await Task.WhenAny(exit, _heard.WaitAsync(patience.Token));
                patience.Token.ThrowIfCancellationRequested();
            }

            // Its last commits follow the last answer.
            bool died = exit.IsCompleted || await Task.WhenAny(exit, Task.Delay(TimeSpan.FromMilliseconds(300))) == exit;
            if (!died)
            {
                child.Kill();
                await exit;
            }

            // 128 and the number of SIGKILL.
            return child.ExitCode == 137 ? died : throw new InvalidOperationException($"The child ended with {child.ExitCode}: {await trouble}");
        }
        finally
        {
            if (!child.HasExited)
            {
                child.Kill();
            }
        }
    }

    /// <summary>Lets a child finish, and says what is wrong.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        await RunAsync(KillPlan.Never, questions: 1);
        var wrong = new List<string>();
        for (int i = 0; i < _asked; i++)
        {
            int answers = _answers.GetValueOrDefault(string.Create(CultureInfo.InvariantCulture, $"answer to q{i}"));
            if (answers != 1)
            {
                wrong.Add($"{Name}: q{i} has {answers} answers");
            }
        }

        (int messages, IReadOnlyList<string> twice) = await RatchetKeyLog.ReadAsync(_onion, _peer);
        wrong.AddRange(twice.Select(x => $"{Name}: the key {x} was used twice"));
        if (_ratchet && messages < _asked)
        {
            wrong.Add($"{Name}: {messages} ratcheted messages for {_asked} answers");
        }

        using var key = SqliteStoreKey.FromBytes(CrashChild.StoreKey);
        await using var store = SqliteAccountStore.Open(_path, key);
        int kept = (await store.ListMessagesAsync(_peer.AccountId, long.MaxValue, int.MaxValue)).Count;
        if (kept != 2 * _asked)
        {
            wrong.Add($"{Name}: the history has {kept} messages, not {_asked} questions and as many answers");
        }

        return wrong;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _listening;
        await _client.DisposeAsync();
        await _onion.DisposeAsync();
        _bot.Dispose();
        _peer.Dispose();
        _end.Dispose();
        _heard.Dispose();
    }

    private async Task ListenAsync()
    {
        try
        {
            await foreach (ReceivedMessage message in _client.ReceiveAsync(_end.Token))
            {
                // The first answer is preceded by the response to the request.
                if (message.Text is { } text)
                {
                    _answers.AddOrUpdate(text, 1, (_, before) => before + 1);
                    _heard.Release();
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            // The run is over.
        }
    }

    private Process Start(KillPlan plan)
    {
        var start = new ProcessStartInfo("dotnet", ["exec", CrashRun.Program, "child", _path, _bot.ExportPhrase(), $"{_ratchet}", $"{_acknowledges}", $"{plan}", .. _seeds.Select(x => x.ToString())])
        {
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "1";
        return Process.Start(start)!;
    }
}
