using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// Sends every recorded request, in order, to a local network of the recorded shape, on a clock that stands at the recorded times,
/// and keeps what was answered. What happened to the recorded nodes between the requests happens here too.
/// </summary>
public sealed class TranscriptReplay : IAsyncLifetime
{
    // Sweeps follow every ten seconds from here: the recorded one fell between the entries 83 and 108.
    private const long Start = 1_795_393_382_000;
    private const int RecordedServerPort = 22399;
    private const int RecordedClosedPort = 22398;
    private const int RecordedNodePort = 22102;

    /// <summary>Node clock of requests whose answer does not show it and that come after a pause, in milliseconds since 1970.</summary>
    private static readonly Dictionary<int, long> PausedUntil = new()
    {
        [165] = 1_795_393_410_323,
        [166] = 1_795_393_410_388,
        [168] = 1_795_393_420_600,
        [174] = 1_795_393_497_000,
        [177] = 1_795_393_531_008,
        [195] = 1_795_393_615_880,
        [196] = 1_795_393_654_950,
    };

    private readonly Dictionary<int, ReplayedAnswer> _answers = [];
    private readonly GatedClock _clock = new(DateTimeOffset.FromUnixTimeMilliseconds(Start));
    private readonly NodeClient _client = new();
    private LocalNetwork? _network;
    private RecordedServer? _server;

    internal IReadOnlyList<TranscriptEntry> Entries { get; } = TranscriptEntry.LoadAll();

    internal RecordedNodes LocalWords { get; private set; } = null!;

    internal LocalNetwork Network => _network!;

    internal ReplayedAnswer this[int id] => _answers[id];

    public async ValueTask InitializeAsync()
    {
        _network = await LocalNetwork.StartAsync(new LocalNetworkOptions
        {
            NodeCount = 9,
            SwarmCount = 3,
            Clock = _clock,
            StorageServerVersion = new Version(2, 6, 2),
            HardFork = new Version(19, 4),
        });
        _server = await RecordedServer.StartAsync();
        LocalWords = RecordedNodes.OfNetwork(_network);
        foreach (TranscriptEntry entry in Entries)
        {
            _clock.MoveTo(Math.Max(entry.Clock ?? 0, PausedUntil.GetValueOrDefault(entry.Id)));
            Prepare(entry.Id);
            _answers[entry.Id] = await SendAsync(entry);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Network.DisposeAsync();
        await _server!.DisposeAsync();
    }

    // What the recording did to its nodes before a request, as titles and notes tell.
    private void Prepare(int id)
    {
        switch (id)
        {
            case 166:
                SetCondition(4, NodeCondition.Frozen);
                break;
            case 172:
                SetCondition(4, NodeCondition.Running);
                break;
            case 173:
                SetCondition(5, NodeCondition.Stopped);
                break;
            case 176:
                SetCondition(5, NodeCondition.Running); // asked 2 s after the restart, before the swarm has repeated anything
                break;
            case 178:
                Network.Decommission(Network.Nodes[3]);
                break;
            case 183:
                Network.Move(Network.Nodes[3], Network.Nodes[4].SwarmId);
                break;
            case 184:
                Network.Move(Network.Nodes[0], Network.Nodes[3].SwarmId);
                break;
            case 185:
                Network.Move(Network.Nodes[0], Network.Nodes[1].SwarmId);
                break;
            case 191:
                StoreUnrecorded();
                break;
            case 194:
                SetCondition(2, NodeCondition.Stopped);
                break;
            case 195:
                SetCondition(2, NodeCondition.Running); // the next request asks it 39 s later, when it has caught up
                break;
            case 199:
                Network.Nodes[8].Store.Read("037b3e3dc2c62df35088ca711ed0ee4474a245e5cb4b022389f463823dc5e3b98b",
                    mailbox => mailbox.Revoked.ToArray().Count(mailbox.Unrevoke)); // "by hand" in the recording
                break;
            default:
                break;
        }
    }

    // Entry 191 deletes three messages whose stores were not recorded.
    private void StoreUnrecorded()
    {
        foreach (string hash in (string[])["+y8tKAhNItDa9f0CxgBngR73XOfUIZ8cg2RhgqaLZy0", "Ed8Wsv3S1zSuxJWO4zLGJzG3nxFc9Syks+qyF94Qgyk", "RIPcA8JR6ZN6iwJ7iHXuvLZfHQW0+7CipHHY+4pPdIA"])
        {
            foreach (LocalNode node in Network.Nodes.Take(3))
            {
                node.Store.TryStore("056216fd78d787a4fbc2eee5e33dc6a8e60ec5eb739035ebe8b10ae4390f23f269",
                    new StoredMessage(hash, 0, Start, Start + 86_400_000, []), replaceOthers: false, out _, out _);
            }
        }
    }

    private async Task<ReplayedAnswer> SendAsync(TranscriptEntry entry)
    {
        LocalNode node = Network.Nodes[entry.Node];
        RecordedOnion? onion = RecordedOnion.Read(entry);
        byte[] body = onion?.Build(Network, Ports(), damagedLayer: entry.Id == 134 ? 0 : -1) ?? entry.Body;
        using var request = new HttpRequestMessage(new HttpMethod(entry.Method), $"https://{node}{entry.Path}");
        if (entry.Method != "GET")
        {
            request.Content = new ByteArrayContent(body);
            request.Headers.TransferEncodingChunked = entry.IsChunked ? true : null;
        }

        foreach ((string name, string value) in entry.Headers)
        {
            Assert.True(name == "Content-Type" ? request.Content!.Headers.TryAddWithoutValidation(name, value) : request.Headers.TryAddWithoutValidation(name, value));
        }

        using var giveUp = new CancellationTokenSource();
        TimeSpan? wait = WaitOf(entry.Id);
        Task? waiting = wait is { } due ? _clock.TimerStartedAsync(due) : null;
        long retrieved = node.RequestCount("retrieve");
        Task arrived = entry.Id == 169 ? node.Peers.NextRequestHeld() : Task.CompletedTask;
        Task<NodeAnswer> answer = _client.SendAsync(request, giveUp.Token);
        if (waiting is not null)
        {
            await waiting.WaitAsync(TimeSpan.FromMinutes(1));

            // The second part of the batch looks at the clock while the first waits.
            Assert.True(entry.Id != 167 || SpinWait.SpinUntil(() => node.RequestCount("retrieve") > retrieved, TimeSpan.FromMinutes(1)));
            _clock.Advance(wait!.Value);
        }

        try
        {
            if (entry.Id == 169)
            {
                await arrived.WaitAsync(TimeSpan.FromMinutes(1));
                await giveUp.CancelAsync();
            }

            return new ReplayedAnswer(await answer, onion);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return new ReplayedAnswer(null, onion);
        }
    }

    // Requests that run into a time limit: 5 s for a swarm member, 30 s for a hop, 25 s for a server.
    private static TimeSpan? WaitOf(int id) => id switch
    {
        166 or 167 or 168 or 173 or 194 => TimeSpan.FromSeconds(5),
        170 or 171 or 174 => TimeSpan.FromSeconds(30),
        186 => TimeSpan.FromSeconds(25),
        _ => null,
    };

    private Dictionary<int, int> Ports() => new()
    {
        [RecordedServerPort] = _server!.Port,
        [RecordedClosedPort] = _server.ClosedPort,
        [RecordedNodePort] = Network.Nodes[1].HttpsPort,
    };

    private void SetCondition(int node, NodeCondition condition) => Network.Nodes[node].Peers.SetCondition(condition);
}
