using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Names;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Tests.Swarms;

namespace Session.Protocol.Onion.Tests.Names;

public class NameResolverTests
{
    // protocol/27 §3
    private const string Encrypted = "d9bca6752665f2254ec7522f98aa5f2dfb13c9fa1ad1e39cd3d7a89a0df04719e348da537bc310a53e3b59ca24639b9b42";
    private const string Nonce = "73e8243f3fadd471be36c6df3d62f863f9bb3a9d1cc696c0";
    private const string Account = "05fb466d312e1666ad1c84c4ee55b7e034151c0e366a313d95d11436a5f36e1e75";
    private const string Record = $$"""{"encrypted_value":"{{Encrypted}}","nonce":"{{Nonce}}"}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("jagerman")]
    [InlineData("JagerMan")]
    public async Task Resolve_ThreeNodesAgree_IsTheAccount(string name)
    {
        using var network = new FakeNetwork(6, 0);
        var hashes = new HashSet<string>();
        ScriptAll(network, request =>
        {
            hashes.Add(request.GetProperty("params").GetProperty("params").GetProperty("name_hash").GetString()!);
            return Answer(Record);
        });

        Assert.Equal(AccountId.Parse(Account), await new NameResolver(network).ResolveAsync(name, Cancellation));
        Assert.Equal("yB7mbm2q1MaczqNZCYguH+71z5jooEMeXA0sncfni+g=", Assert.Single(hashes));
        Assert.Equal(3, network.Sent.Select(x => x.Node).Distinct().Count());
        Assert.Equal(3, network.Sent.Count);
    }

    [Fact]
    public async Task Resolve_NobodyHasTheName_IsNull()
    {
        using var network = new FakeNetwork(3, 0);
        ScriptAll(network, _ => Answer("{}"));
        Assert.Null(await new NameResolver(network).ResolveAsync("jagerman", Cancellation));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData($$"""{"encrypted_value":"{{Encrypted}}"}""")]
    [InlineData($$"""{"encrypted_value":"00","nonce":"{{Nonce}}"}""")]
    public async Task Resolve_OneNodeOfThreeLies_IsRefused(string lie)
    {
        using var network = new FakeNetwork(3, 0);
        ScriptAll(network, _ => Answer(Record));
        network.Script(network.All[1], _ => Answer(lie));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await new NameResolver(network).ResolveAsync("jagerman", Cancellation));
        Assert.Equal((OnionFault.InvalidResponse, true), (e.Fault, e.IsTransient));
    }

    [Fact]
    public async Task Resolve_SomeNodesFail_AsksOthers()
    {
        using var network = new FakeNetwork(6, 0);
        ScriptAll(network, _ => Answer(Record));
        network.Script(network.All[0], _ => FakeNetwork.Text(503, "busy"));
        network.Script(network.All[1], _ => FakeNetwork.Text(200, "nonsense"));
        network.Script(network.All[2], _ => throw new OnionException(OnionFault.TimedOut, "late"));
        Assert.Equal(AccountId.Parse(Account), await new NameResolver(network).ResolveAsync("jagerman", Cancellation));
    }

    [Fact]
    public async Task Resolve_TooFewNodesAnswer_Fails()
    {
        using var network = new FakeNetwork(10, 0);
        ScriptAll(network, _ => FakeNetwork.Text(503, "busy"));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await new NameResolver(network).ResolveAsync("jagerman", Cancellation));
        Assert.Equal(OnionFault.ServerBusy, e.Fault);
        Assert.Equal(6, network.Sent.Count);
    }

    [Fact]
    public async Task Resolve_TooFewNodesKnown_Fails()
    {
        using var network = new FakeNetwork(2, 0);
        ScriptAll(network, _ => Answer(Record));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await new NameResolver(network).ResolveAsync("jagerman", Cancellation));
        Assert.Equal(OnionFault.NoNodes, e.Fault);
    }

    [Theory]
    [InlineData("another")]
    [InlineData("jagermann")]
    public async Task Resolve_RecordOfAnotherName_IsRejected(string name)
    {
        using var network = new FakeNetwork(3, 0);
        ScriptAll(network, _ => Answer(Record));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await new NameResolver(network).ResolveAsync(name, Cancellation));
        Assert.Equal((OnionFault.Rejected, false), (e.Fault, e.IsTransient));
    }

    [Fact]
    public async Task Resolve_OldFormNotAllowed_IsRejectedWithoutHashing()
    {
        using var network = new FakeNetwork(3, 0);
        ScriptAll(network, _ => Answer($$"""{"encrypted_value":"{{Encrypted}}"}"""));
        var resolver = new NameResolver(network, NameResolverOptions.Default with { AllowLegacyRecords = false });
        Assert.Equal(OnionFault.Rejected, (await Assert.ThrowsAsync<OnionException>(async () => await resolver.ResolveAsync("jagerman", Cancellation))).Fault);
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a-b_C9", true)]
    [InlineData("_a_", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("a b", false)]
    [InlineData("ä", false)]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", true)]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234", false)]
    public async Task IsName_Text_IsOrIsNot(string text, bool expected)
    {
        Assert.Equal(expected, NameResolver.IsName(text));
        if (!expected)
        {
            using var network = new FakeNetwork(3, 0);
            await Assert.ThrowsAsync<ArgumentException>(async () => await new NameResolver(network).ResolveAsync(text, Cancellation));
        }
    }

    private static void ScriptAll(FakeNetwork network, Func<JsonElement, OnionResponse> answer)
    {
        foreach (ServiceNode node in network.All)
        {
            network.Script(node, answer);
        }
    }

    private static OnionResponse Answer(string record) => FakeNetwork.Text(200, $$"""{"result":{{record}},"t":1775000000000,"hf":[19,4]}""");
}
