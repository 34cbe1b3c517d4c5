using System.Text.Json;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>What the real storage server accepted and answered is the measure of what we write and read.</summary>
public sealed class RecordedAnswerTests
{
    public static TheoryData<int> Accepted => [.. Recording.All.Where(x => x.Status is 200 or 404 && x.Request is not null && x.Build() is not null).Select(x => x.Id)];

    public static TheoryData<int> Refused => [.. Recording.All.Where(x => x.Status is not (200 or 404 or 421)).Select(x => x.Id)];

    [Fact]
    public void Recordings_AcceptedByTheServer_AreAlmostAllExpressible()
    {
        string[] left = [.. Recording.All.Where(x => x.Status == 200 && (x.Request is null || x.Build() is null)).Select(x => x.ToString())];

        // The chunked transfer test, and ifelse, which this library does not offer.
        Assert.True(left.Length <= 2, string.Join(Environment.NewLine, left));
        Assert.True(Accepted.Count > 80, $"{Accepted.Count}");
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void ToBody_RequestThatTheServerAccepted_HasTheRecordedShape(int id)
    {
        Recording recording = Recording.Get(id);
        using JsonDocument written = JsonDocument.Parse(recording.Build()!.ToBody(recording.Timestamp));

        Assert.Equal(recording.Method, written.RootElement.GetProperty("method").GetString());
        if (recording.Method is "oxend_request" or "batch" or "sequence")
        {
            Assert.Equal(JsonValueKind.Object, written.RootElement.GetProperty("params").ValueKind);
            return;
        }

        JsonElement ours = written.RootElement.GetProperty("params");
        foreach (JsonProperty property in ours.EnumerateObject())
        {
            Assert.True(IsRecorded(property, recording.Parameters), $"{property.Name}: {property.Value.GetRawText()}");
        }

        foreach (JsonProperty property in recording.Parameters.EnumerateObject())
        {
            Assert.True(property.Name is "pubKey" or "expiry" || ours.TryGetProperty(property.Name, out _), property.Name + " is missing");
        }
    }

    [Theory]
    [MemberData(nameof(Accepted))]
    public void ReadReply_RecordedSuccess_IsReadAndEveryMemberSignatureVerifies(int id)
    {
        Recording recording = Recording.Get(id);
        StorageReply reply = Read(recording.Build()!, recording.Response, recording.Timestamp);

        Assert.True(reply.IsSuccess);
        Assert.Equal(recording.Status, reply.Status);
        Assert.All(SwarmResults(reply), AssertAllConfirmedOrFailed);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void ReadReply_RecordedRefusal_GivesStatusAndText(int id)
    {
        Recording recording = Recording.Get(id);
        StorageRequest request = (recording.Request is null ? null : recording.Build()) ?? new InfoRequest();
        StorageReply reply = Read(request, recording.Response, recording.Timestamp);

        Assert.False(reply.IsSuccess);
        Assert.Equal(recording.Status, reply.Status);
        Assert.Equal(recording.Answer.Trim(), reply.ErrorText);
    }

    [Theory]
    [InlineData(27)]
    [InlineData(82)]
    [InlineData(185)]
    public void ReadReply_RecordedWrongSwarm_NamesTheRightOne(int id)
    {
        Recording recording = Recording.Get(id);
        StorageReply reply = Read(recording.Build()!, recording.Response, recording.Timestamp);

        Assert.False(reply.IsSuccess);
        Assert.Equal(421, reply.Status);
        Assert.NotEmpty(reply.RightSwarm!.Nodes);
        Assert.All(reply.RightSwarm.Nodes, node => Assert.Equal(reply.RightSwarm.SwarmId, node.SwarmId));
    }

    [Fact]
    public void ReadReply_GetSwarm_HasTheNodesAsTheyAre()
    {
        Recording recording = Recording.Get(15);
        SwarmMembers swarm = ((StorageReply<SwarmMembers>)Read(recording.Build()!, recording.Response, 0)).Value!;

        Assert.Equal(0x7555555555555555UL, swarm.SwarmId);
        Assert.Equal([22104, 22105, 22106], swarm.Nodes.Select(node => node.HttpsPort));
        Assert.Equal("8baa72a3920f8436eea3469b7f2de0f42c1ee8389ef3434b3f6f3fb27ff58157", swarm.Nodes[0].EncryptionKey.ToString());
    }

    [Fact]
    public void ReadReply_MemberTimedOut_IsToldApartFromRefusal()
    {
        StoreResult frozen = ((StorageReply<StoreResult>)Read(Recording.Get(166).Build()!, Recording.Get(166).Response, 0)).Value!;
        Assert.Equal(2, frozen.Swarm.Confirmations);
        Assert.Single(frozen.Swarm.Members, member => member.Outcome == MemberOutcome.TimedOut);

        StoreResult refused = ((StorageReply<StoreResult>)Read(Recording.Get(199).Build()!, Recording.Get(199).Response, 0)).Value!;
        Assert.Equal(1, refused.Swarm.Confirmations);
        Assert.Equal(2, refused.Swarm.Members.Count(member => member is { Outcome: MemberOutcome.Failed, Code: 401, Reason: "store signature verification failed" }));
    }

    [Theory]
    [InlineData(25, true)]
    [InlineData(24, false)]
    public void ReadReply_StoreAgain_IsRecognised(int id, bool already)
    {
        var reply = (StorageReply<StoreResult>)Read(Recording.Get(id).Build()!, Recording.Get(id).Response, 0);
        Assert.Equal(already, reply.Value!.AlreadyStored);
    }

    [Fact]
    public void ReadReply_StoreAnsweredForAnotherMessage_ConfirmsNothing()
    {
        Recording stored = Recording.Get(35);
        StoreResult result = ((StorageReply<StoreResult>)Read(Recording.Get(24).Build()!, stored.Response, 0)).Value!;

        Assert.Equal(0, result.Swarm.Confirmations);
        Assert.All(result.Swarm.Members, member => Assert.Equal(MemberOutcome.Unverified, member.Outcome));
    }

    [Fact]
    public void ReadReply_ExpiryForEachMessage_IsGivenInTheOrderOfTheRequest()
    {
        Recording recording = Recording.Get(99);
        SwarmResult result = ((StorageReply<SwarmResult>)Read(recording.Build()!, recording.Response, recording.Timestamp)).Value!;

        long[] asked = [.. recording.Parameters.GetProperty("expiry").EnumerateArray().Select(x => x.GetInt64())];
        Assert.Equal(3, result.Confirmations);
        Assert.All(result.Members, member => Assert.Equal(asked, member.Expiries));
    }

    [Fact]
    public void ReadReply_ExpiriesOfTwoMessagesExchanged_ConfirmNothing()
    {
        Recording recording = Recording.Get(99);
        string exchanged = recording.Answer.Replace("[1795396991788,1795396991787]", "[1795396991787,1795396991788]", StringComparison.Ordinal);
        var result = (StorageReply<SwarmResult>)Read(recording.Build()!, new OnionResponse(200, System.Text.Encoding.UTF8.GetBytes(exchanged)), recording.Timestamp);

        Assert.NotEqual(recording.Answer, exchanged);
        Assert.Equal(0, result.Value!.Confirmations);
    }

    [Fact]
    public void ReadReply_MessageWithoutData_IsRead()
    {
        Recording recording = Recording.Get(70);
        RetrieveResult result = ((StorageReply<RetrieveResult>)Read(recording.Build()!, recording.Response, recording.Timestamp)).Value!;

        Assert.Equal(0, result.Dropped);
        Assert.Equal([18, 7, 11, 0, 9, 8], result.Messages.Select(message => message.Data.Length));
    }

    [Fact]
    public void ReadReply_EveryRecordedMessage_IsRead() =>
        Assert.All(Recording.All.Where(x => x.Status == 200 && x.Request is not null && x.Build() is RetrieveRequest), recording =>
            Assert.Equal(0, ((StorageReply<RetrieveResult>)Read(recording.Build()!, recording.Response, recording.Timestamp)).Value!.Dropped));

    internal static StorageReply Read(StorageRequest request, OnionResponse response, long timestamp) => request switch
    {
        StorageRequest<NodeStatus> x => x.ReadReply(response, timestamp),
        StorageRequest<SwarmMembers> x => x.ReadReply(response, timestamp),
        StorageRequest<StoreResult> x => x.ReadReply(response, timestamp),
        StorageRequest<RetrieveResult> x => x.ReadReply(response, timestamp),
        StorageRequest<SwarmResult> x => x.ReadReply(response, timestamp),
        StorageRequest<IReadOnlyDictionary<string, long>> x => x.ReadReply(response, timestamp),
        StorageRequest<OxendResult> x => x.ReadReply(response, timestamp),
        StorageRequest<BatchResult> x => x.ReadReply(response, timestamp),
        _ => throw new NotSupportedException(request.GetType().Name),
    };

    private static IEnumerable<SwarmResult> SwarmResults(StorageReply reply) => reply switch
    {
        StorageReply<StoreResult> { Value: { } stored } => [stored.Swarm],
        StorageReply<SwarmResult> { Value: { } swarm } => [swarm],
        StorageReply<BatchResult> { Value: { } batch } => batch.Replies.SelectMany(SwarmResults),
        _ => [],
    };

    private static void AssertAllConfirmedOrFailed(SwarmResult result)
    {
        Assert.Equal(3, result.Members.Count);
        Assert.All(result.Members, member => Assert.True(member.Outcome is MemberOutcome.Confirmed or MemberOutcome.Failed or MemberOutcome.TimedOut));
        Assert.True(result.Confirmations > 0);
    }

    // Equal to what was recorded, or a default written out, or the other spelling of the same value.
    private static bool IsRecorded(JsonProperty ours, JsonElement recorded)
    {
        if (recorded.TryGetProperty(ours.Name, out JsonElement theirs))
        {
            return ours.Name is "sig_timestamp" or "data" or "signature" or "revoke" or "unrevoke" or "timestamp" or "ttl"
                || theirs.GetRawText() == ours.Value.GetRawText() || theirs.ToString() == ours.Value.ToString();
        }

        return ours.Name switch
        {
            "pubkey" => recorded.TryGetProperty("pubKey", out _),
            "namespace" => ours.Value.GetInt32() == 0,
            "last_hash" => ours.Value.GetString() == string.Empty,
            "sig_timestamp" => true,
            "ttl" => recorded.TryGetProperty("expiry", out _),
            _ => false,
        };
    }
}
