using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Swarms;

public sealed class SwarmPollTests : IDisposable
{
    private readonly FakeNetwork _network = new(nodes: 6, swarmSize: 3);
    private readonly SessionIdentity _owner = SessionIdentity.FromSeed(new byte[32]);
    private readonly Dictionary<Ed25519PublicKey, List<string>> _mail = [];
    private readonly List<(ServiceNode Node, string LastHash, int MaxSize)> _retrieved = [];
    private readonly SwarmClient _client;
    private int _pageSize = 100;

    public SwarmPollTests()
    {
        _client = new SwarmClient(_network, time: new FakeTimeProvider());
        foreach (ServiceNode node in _network.Swarm)
        {
            _mail[node.IdentityKey] = [];
            _network.Script(node, request => request.GetProperty("method").GetString() == "batch" ? AnswerBatch(node, request) : null);
        }
    }

    private SwarmQuery Query => new(_owner.AccountId, [SwarmNamespace.Default]) { Credentials = SwarmCredentials.ForAccount(_owner) };

    public void Dispose()
    {
        _network.Dispose();
        _owner.Dispose();
    }

    [Fact]
    public async Task Retrieve_TwoNodesWithDifferentMessages_MergesThemByHash()
    {
        string[][] mail = [["a", "b"], ["b", "c"], ["c", "a"]];
        for (int i = 0; i < mail.Length; i++)
        {
            _mail[_network.Swarm[i].IdentityKey].AddRange(mail[i]);
        }

        SwarmPoll poll = await _client.RetrieveAsync(Query with { Redundancy = 2 });

        Assert.Equal(2, poll.Nodes.Distinct().Count());
        Assert.Equal(["a", "b", "c"], Texts(poll).Order());
        Assert.Equal(2, poll.Positions.Count);
    }

    [Fact]
    public async Task Retrieve_OneOfTwoNodesFails_AnotherTakesItsPlace()
    {
        FillAll("a");
        _network.Script(_network.Swarm[0], request => request.GetProperty("method").GetString() == "batch" ? FakeNetwork.Text(503, "Service node is not ready") : null);

        for (int i = 0; i < 10; i++)
        {
            SwarmPoll poll = await _client.RetrieveAsync(Query with { Redundancy = 2 });
            Assert.Equal(["a"], Texts(poll));
            Assert.DoesNotContain(_network.Swarm[0].IdentityKey, poll.Nodes);
        }
    }

    [Fact]
    public async Task Retrieve_EveryNodeFails_Throws()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => request.GetProperty("method").GetString() == "batch" ? FakeNetwork.Text(503, "Service node is not ready") : null);
        }

        var failure = await Assert.ThrowsAsync<StorageException>(async () => await _client.RetrieveAsync(Query with { Redundancy = 2 }));
        Assert.Equal(OnionFault.ServerBusy, failure.Fault);
    }

    [Fact]
    public async Task Retrieve_NodeHasMore_ReadsPageAfterPageFromTheSameNode()
    {
        FillAll("a", "b", "c", "d", "e");
        _pageSize = 2;

        SwarmPoll poll = await _client.RetrieveAsync(Query);

        Assert.Equal(["a", "b", "c", "d", "e"], Texts(poll));
        Assert.False(poll.Namespaces[0].HasMore);
        Assert.Single(_retrieved.Select(x => x.Node).Distinct());
        Assert.Equal(["", Hash("b"), Hash("d")], _retrieved.Select(x => x.LastHash));
        Assert.Equal(Hash("e"), Assert.Single(poll.Positions).LastHash);
    }

    [Fact]
    public async Task Retrieve_MoreThanThePagesAllow_SaysSo()
    {
        FillAll("a", "b", "c");
        _pageSize = 1;

        SwarmPoll poll = await _client.RetrieveAsync(Query with { MaxPages = 2 });

        Assert.Equal(["a", "b"], Texts(poll));
        Assert.True(poll.Namespaces[0].HasMore);
    }

    [Fact]
    public async Task Retrieve_WithCursor_GoesOnWhereThatNodeWasLeft()
    {
        FillAll("a", "b");
        var cursor = new Cursor();
        SwarmQuery query = Query with { Cursor = cursor, Node = _network.Swarm[1] };
        cursor.Keep(await _client.RetrieveAsync(query));
        FillAll("c");

        Assert.Equal(["c"], Texts(await _client.RetrieveAsync(query)));

        // Another node has another order and was not read yet.
        Assert.Equal(["a", "b", "c"], Texts(await _client.RetrieveAsync(query with { Node = _network.Swarm[2] })));
    }

    [Fact]
    public async Task Retrieve_SeveralNamespaces_SharesOneBatch()
    {
        SwarmPoll poll = await _client.RetrieveAsync(Query with { Namespaces = [new(0), new(2), new(3), new(4), new(5)] });

        Assert.Equal(5, poll.Namespaces.Count);
        Assert.Equal(1, _network.Asked("batch"));
        Assert.Equal([-2, -8, -8, -8, -8], _retrieved.Select(x => x.MaxSize));
    }

    [Fact]
    public async Task Retrieve_NamespaceRefused_IsToldWithoutLosingTheOthers()
    {
        foreach (ServiceNode node in _network.Swarm)
        {
            _network.Script(node, request => request.GetProperty("method").GetString() == "batch"
                ? FakeNetwork.Text(200, """{"results":[{"code":401,"body":"retrieve signature verification failed"},{"code":200,"body":{"messages":[],"more":false}}]}""")
                : null);
        }

        SwarmPoll poll = await _client.RetrieveAsync(Query with { Namespaces = [new(11), new(-11)] });
        Assert.Equal(401, poll.Namespaces[0].Refusal!.Status);
        Assert.Null(poll.Namespaces[1].Refusal);
    }

    [Fact]
    public async Task Retrieve_SwarmMoved_FollowsThePartsOfTheBatch()
    {
        FillAll("a");
        await _client.GetMembersAsync(_owner.AccountId);
        ServiceNode moved = _network.Swarm[0];
        OnionResponse wrong = _network.WrongSwarm(_network.Swarm.Skip(1));
        _network.Script(moved, request => request.GetProperty("method").GetString() == "batch"
            ? FakeNetwork.Text(200, $$"""{"results":[{"code":421,"body":{{System.Text.Encoding.UTF8.GetString(wrong.Body.Span)}}}]}""")
            : null);

        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(["a"], Texts(await _client.RetrieveAsync(Query)));
        }

        Assert.True(_network.Sent.Count(x => x.Node.Equals(moved) && x.Method == "batch") <= 1);
    }

    [Fact]
    public async Task Retrieve_FixedNodeFails_AsksNoOther()
    {
        _network.Script(_network.Swarm[0], _ => FakeNetwork.Text(500, "request failed"));
        await Assert.ThrowsAsync<StorageException>(async () => await _client.RetrieveAsync(Query with { Node = _network.Swarm[0] }));
        Assert.Single(_network.Sent);
    }

    [Fact]
    public async Task Retrieve_QueryOutOfRange_ThrowsAtOnce()
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _client.RetrieveAsync(Query with { Namespaces = [] }));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _client.RetrieveAsync(Query with { Namespaces = [default, default] }));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _client.RetrieveAsync(Query with { Redundancy = 0 }));
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _client.RetrieveAsync(Query with { MaxPages = 51 }));
    }

    private void FillAll(params string[] texts)
    {
        foreach (List<string> box in _mail.Values)
        {
            box.AddRange(texts);
        }
    }

    private string Hash(string text) => MessageHash.Compute(_owner.AccountId, default, System.Text.Encoding.UTF8.GetBytes(text));

    private static IEnumerable<string> Texts(SwarmPoll poll) => poll.Namespaces[0].Messages.Select(message => System.Text.Encoding.UTF8.GetString(message.Data.Span));

    // Namespace 0 has the node's mail, a page at a time; the others are empty.
    private OnionResponse AnswerBatch(ServiceNode node, JsonElement request)
    {
        var results = new List<string>();
        foreach (JsonElement part in request.GetProperty("params").GetProperty("requests").EnumerateArray())
        {
            JsonElement parameters = part.GetProperty("params");
            string last = parameters.GetProperty("last_hash").GetString()!;
            lock (_retrieved)
            {
                _retrieved.Add((node, last, parameters.GetProperty("max_size").GetInt32()));
            }

            string[] left = [];
            if (parameters.GetProperty("namespace").GetInt32() == 0)
            {
                List<string> box = _mail[node.IdentityKey];
                left = [.. box.Skip(box.FindIndex(text => Hash(text) == last) + 1)];
            }

            string messages = string.Join(',', left.Take(_pageSize).Select(text =>
                $$"""{"hash":"{{Hash(text)}}","timestamp":1,"expiration":2,"data":"{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text))}}"}"""));
            string more = left.Length > _pageSize ? "true" : "false";
            results.Add($$$"""{"code":200,"body":{"messages":[{{{messages}}}],"more":{{{more}}},"t":1775000000000}}""");
        }

        return FakeNetwork.Text(200, $$"""{"results":[{{string.Join(',', results)}}]}""");
    }

    private sealed class Cursor : IRetrieveCursor
    {
        private readonly Dictionary<(Ed25519PublicKey, SwarmNamespace), string> _positions = [];

        public void Keep(SwarmPoll poll)
        {
            foreach (RetrievePosition position in poll.Positions)
            {
                _positions[(position.Node, position.Namespace)] = position.LastHash;
            }
        }

        public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult(_positions.GetValueOrDefault((node, space)));
    }
}
