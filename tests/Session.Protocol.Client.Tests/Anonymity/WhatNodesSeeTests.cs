using System.Collections.Concurrent;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.Onion.Requests;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests.Anonymity;

/// <summary>What each node learned while two people talked: the promises of docs/onion.md, from the nodes' side.</summary>
public sealed class WhatNodesSeeTests : IAsyncLifetime
{
    private const string Secret = "the quick brown fox meets at noon";

    private readonly ConcurrentQueue<ObservedLayer> _layers = new();
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private Network? _network;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _network = await Network.StartAsync(NetworkOptions.Default with { NodeCount = 12, OnLayerPeeled = _layers.Enqueue }, Cancel);

    public async ValueTask DisposeAsync()
    {
        await _network!.DisposeAsync();
        _alice.Dispose();
        _bob.Dispose();
    }

    [Fact]
    public async Task Hops_NeverSeeAnAccountOrContent_AndTheDestinationNeverSeesContent()
    {
        await TalkAsync();

        ObservedLayer[] atHops = [.. _layers.Where(layer => layer.HopNumber < 3)], atDestinations = [.. _layers.Where(layer => layer.HopNumber == 3)];
        Assert.True(atHops.Length >= 9);
        Assert.All(atHops, layer =>
        {
            AssertHides(layer, Encoding.UTF8.GetBytes(_alice.AccountId.ToString()), Encoding.UTF8.GetBytes(_bob.AccountId.ToString()));
            AssertHides(layer, Raw(_alice), Raw(_bob));
            AssertHides(layer, Encoding.UTF8.GetBytes(Secret));
        });

        // The test would see what it looks for: the destination must know whose mailbox it is asked for.
        Assert.Contains(atDestinations, layer => layer.Plaintext.Span.IndexOf(Encoding.UTF8.GetBytes(_bob.AccountId.ToString())) >= 0);
        Assert.All(atDestinations, layer => AssertHides(layer, Encoding.UTF8.GetBytes(Secret)));
    }

    [Fact]
    public async Task SwarmOfTheRecipient_NeverSeesTheSender()
    {
        await TalkAsync();

        // Not the copy for her own other devices, which goes to her own swarm.
        byte[] bob = Encoding.UTF8.GetBytes(_bob.AccountId.ToString());
        IEnumerable<ObservedLayer> stores = _layers.Where(layer => layer.HopNumber == 3 && IsStore(layer) && layer.Plaintext.Span.IndexOf(bob) >= 0);
        Assert.NotEmpty(stores);
        Assert.All(stores, layer => AssertHides(layer, Encoding.UTF8.GetBytes(_alice.AccountId.ToString()), Raw(_alice)));
    }

    [Fact]
    public async Task EphemeralKeys_OfAllLayersOfAllRequests_AreDifferent()
    {
        await TalkAsync();

        Assert.Equal(_layers.Count, _layers.Select(layer => layer.EphemeralKey).Distinct().Count());
    }

    [Fact]
    public async Task Requests_PassFourDifferentNodesInFourNetworks()
    {
        await TalkAsync();

        ObservedLayer[][] requests = [.. _layers.Where(layer => layer.HopNumber == 0).Select(Follow)];
        Assert.NotEmpty(requests);
        Assert.All(requests, request =>
        {
            Assert.Equal(4, request.Select(layer => layer.Node).Distinct().Count());
            Assert.Equal(4, request.Select(layer => string.Join('.', layer.Node.Address.ToString().Split('.')[..3])).Distinct().Count());
        });
    }

    [Fact]
    public async Task Sizes_OfTextsUpTo400Characters_AreAFewSteps()
    {
        await using SessionClient alice = Connect(_alice);
        for (int length = 1; length <= 400; length += 21)
        {
            await alice.SendTextAsync(_bob.AccountId, new string('x', length), Cancel);
        }

        // Padded to steps of 160 bytes as official clients do (protocol/12): three or four of them.
        int[] sizes = [.. _layers.Where(layer => layer.HopNumber == 0 && IsStore(Follow(layer)[^1])).Select(layer => layer.Plaintext.Length)];
        Assert.True(sizes.Length >= 20);
        Assert.InRange(sizes.Distinct().Count(), 2, 4);
    }

    private SessionClient Connect(SessionIdentity identity) => SessionClient.Connect(
        identity, _network!.ClientOptions, TestNetwork.Eager with { Ratchet = RatchetOptions.Default with { Enabled = false } });

    private async Task TalkAsync()
    {
        await using SessionClient alice = Connect(_alice);
        await using SessionClient bob = Connect(_bob);
        await alice.SendTextAsync(_bob.AccountId, Secret, Cancel);
        await foreach (ReceivedMessage message in bob.ReceiveAsync(Cancel))
        {
            Assert.Equal(Secret, message.Text);
            break;
        }
    }

    // The layers of one request: each holds the ephemeral key of the next.
    private ObservedLayer[] Follow(ObservedLayer layer)
    {
        Assert.True(PeeledLayer.TryParse(layer.Plaintext.ToArray(), out PeeledLayer? peeled));
        return peeled is PeeledLayer.ToNode relay
            ? [layer, .. Follow(_layers.Single(next => next.EphemeralKey.Equals(relay.Request.EphemeralKey)))]
            : [layer];
    }

    // Without the prefix, which is no secret.
    private static byte[] Raw(SessionIdentity identity) => Convert.FromHexString(identity.AccountId.ToString())[1..];

    private static bool IsStore(ObservedLayer layer) => layer.Plaintext.Span.IndexOf("\"store\""u8) >= 0;

    private static void AssertHides(ObservedLayer layer, params byte[][] secrets) =>
        Assert.All(secrets, secret => Assert.True(layer.Plaintext.Span.IndexOf(secret) < 0, $"Hop {layer.HopNumber} sees it."));
}
