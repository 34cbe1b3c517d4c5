using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>The worked values of protocol/21: account of the seed 55…55, time 1775000000000.</summary>
public sealed class WorkedExampleTests : IDisposable
{
    private const long Time = 1775000000000;
    private const string H0 = "oJwv0OZSrhCeRWTLpcl8e0EVK5SqNU8pGYe0oAA+HUI";
    private const string H5 = "M/Pn9x9DNlHANY70fvNXq052DHxGiYwPDkJBKb20KsA";
    private const string Node = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737";

    private readonly SessionIdentity _owner = SessionIdentity.FromSeed(Enumerable.Repeat((byte)0x55, 32).ToArray());

    private SwarmCredentials Owner => SwarmCredentials.ForAccount(_owner);

    public void Dispose() => _owner.Dispose();

    [Theory]
    [InlineData(0, H0)]
    [InlineData(5, H5)]
    [InlineData(11, "U0zpDhlWXUlshlBRAV0P5Zoj550IhF3pQTDT7et6Z6M")]
    [InlineData(-10, "+D1DetfsqR+lcDEJDcK6XzDn4QSVei2UG863WZf79Kc")]
    public void Compute_WorkedMessage_GivesTheHash(short space, string hash) =>
        Assert.Equal(hash, MessageHash.Compute(_owner.AccountId, new SwarmNamespace(space), "hello"u8));

    [Fact]
    public void ToBody_EveryWorkedCall_CarriesTheWorkedSignature()
    {
        DateTimeOffset expiry = DateTimeOffset.FromUnixTimeMilliseconds(1776209600000);
        AssertSignature("6pZQnGcXq+637BmThhH6Yk7rw649BMlMkDTwzBxBY6gun9dmuWmCQtUVriMOxG8AINZDIFtUlFS3Xje6cX1HBA==", Store(0));
        AssertSignature("8+86hGLJMmHVqxKRjxoQ5nlbXACG6zLCv1faMZeIvVwHdyC1c2RirojWH7gwYFmPoMbsSSCvfJFgpCNU0J/TCA==", Store(5));
        AssertSignature("wEswFWZT5fJIVUIWMJCSSj7CRUvzv9bruNykZd6YnyvSVaEIjW4DJL720h68B5DGHTjl5abFKzG+qplxB/OcDw==", Retrieve(0));
        AssertSignature("9irvdQDMxl2hiiNO80o2Kix/sAo9NfI23x1eTLw/sUzvsuHX7lesvzbmakuCsPc5sK+LR+RO2+OonNQqwcvmDw==", Retrieve(2));
        AssertSignature("pSK7fqpfPWI34xS9iZQhRDLHpvkRDauoL078qBBZms20QrC+7FLsv2fo0tah3CApaDFFoH/6Rt1dFpn8k5khDw==", new DeleteRequest(Owner, [H0, H5]));
        AssertSignature("T4hawQs9df/r58poAwvup7Wv+oq7lhSS0Eda+EttKgcXNBTab9XK6mOeH+LOof336Gs4A69fjhjSb83vgRStBg==", DeleteAllRequest.Everything(Owner));
        AssertSignature("3aKW4ubEh/3LfeF+KnGU4H0Nk4amHidMtcoy/CZfaNAZgl+r/1dC18uDhe9K/cGd6tIckyxeU/dfCmRtNwiCDQ==", DeleteAllRequest.InNamespace(Owner, default));
        AssertSignature("Xfkc7YTq547VKSEan677Lmfe6UIX7h4i2LBn2TEyw1aweO8mKJ+2A2X91GKdG25X8DsadYfeZIcMV1llOcZCDg==", new DeleteBeforeRequest(Owner, default, DateTimeOffset.FromUnixTimeMilliseconds(1774999999000)));
        AssertSignature("/8aelLqmAHeE599JtpjORiSVdsKiSrtqDGXOlTQNcEpw+8svVEN1Ihp4LAElsr7+5KU1JlvLTyxRi1eUZbxOCg==", new ExpireRequest(Owner, [H0, H5], expiry, ExpiryChange.Set));
        AssertSignature("uCm1nFKIA8v2rbTy9r2DMmC9Nv5XGA4QcwUXFv0kpZWwaeRYkd2gp5tbu+sQcPFB3nTYTMPpwgCg59kaOGYBAw==", new ExpireRequest(Owner, [H0], expiry, ExpiryChange.Extend));

        // The document has two characters of this one the wrong way round ("kmM"); its value does not verify under the account's key.
        AssertSignature("gLYGldgDVP6z8GAKkMmckleY8QyGb3zYfeNu61pQ//qgjHBn7Uu5gtWx0e8gqlcSB+Hs9HMS1EIYULpQK0YDBw==", ExpireAllRequest.InNamespace(Owner, new(5), expiry));
        AssertSignature("TRMBr7WLIAsY2G0+EOVHn6PZT9v/ksO8Fs+k9iSEMIqZ8CpXRo9aRM24jvxQdTZF0LTnfPLXp3V9Z7vyXl4uBA==", new GetExpiriesRequest(Owner, [H0]));
    }

    [Fact]
    public void ToBody_Revocations_CarryTheWorkedSignatures()
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(Enumerable.Repeat((byte)0x77, 32).ToArray());
        Assert.True(SubaccountToken.TryCreate(Convert.FromHexString("0307000034b4d9043156cb6dcf0beb0a2949b7559c940d2bcb6dbe8c53a9b30278e3a746"), out SubaccountToken token));
        SwarmCredentials admin = SwarmCredentials.ForGroupAdmin(group);

        Assert.Equal("03c853ad0f0cd2b619aea92ceec4fd56a24d6499d584ce79257e45cfd8139b60a7", group.GroupId.ToString());
        AssertSignature("aMtJQGGL4oBd8rgShw9WUBvoX2IpF6p1WYpWmzloBliRCqDoskZ2g7wTJ5WjvLiYKYbdKAUOZF9H0POetuwrDQ==", RevokeSubaccountsRequest.Revoke(admin, [token]));
        AssertSignature("srQ2gikQl0R9dnrW/nH+cpNi/26Pb3kDq8Ia32THtzRIJrWXNrJIY2m1PX0B8cFvh46IB2tHQ/HdWlLcosFSCA==", RevokeSubaccountsRequest.Restore(admin, [token]));
    }

    [Fact]
    public void MemberTexts_WorkedNode_SignsAsWorked()
    {
        using SessionIdentity node = SessionIdentity.FromSeed(Enumerable.Repeat((byte)0x11, 32).ToArray());
        Assert.Equal(Node, node.SigningKey.ToString());

        AssertSigned("+gUxD2TuITXAm8Gu4o6UfrPKBiIvYnKY8ayHTN4tX5aTopo4kfQw7BHAGFrPsOBR0waGIr6xhplKlGBkYVBQBw==", node, MemberText.Store(H0));
        AssertSigned("ryLHSZkNwncAtR+MBjrb8jK5oIrxuobenfz0EHiljb3es3eCK9XyEXK4tkAqIeFRdQHfB00pjs50SA+2rVxXAQ==", node, MemberText.Delete(_owner.AccountId, [H0, H5], [H0]));
        AssertSigned("hTsSVQzfPF7pFhI3yvjbT4sMC7WudqwB3XIF/MEykhdU6piRpjQ1UKYm3nfF2obgUKTQ9CDOx5PkKAdc80JCBA==", node, MemberText.Expire(_owner.AccountId, [1776209600000], [H0, H5], [H0], []));
    }

    [Fact]
    public void ReadReply_WorkedStoreReply_IsConfirmedByItsNode()
    {
        StoreRequest request = new(_owner.AccountId, default, "hello"u8.ToArray(), TimeSpan.FromDays(14));
        string answer = $$$"""{"swarm":{"{{{Node}}}":{"hash":"{{{H0}}}","signature":"+gUxD2TuITXAm8Gu4o6UfrPKBiIvYnKY8ayHTN4tX5aTopo4kfQw7BHAGFrPsOBR0waGIr6xhplKlGBkYVBQBw==","expiry":1776209600000,"t":1775000000120}},"hash":"{{{H0}}}","t":1775000000120,"hf":[19,4]}""";

        StorageReply<StoreResult> reply = request.ReadReply(new OnionResponse(200, Encoding.UTF8.GetBytes(answer)), Time);

        MemberAnswer member = Assert.Single(reply.Value!.Swarm.Confirmed);
        Assert.Equal(Node, member.Node.ToString());
        Assert.Equal([1776209600000], member.Expiries);
        Assert.Equal(1775000000120, reply.NodeTime);
    }

    [Fact]
    public void ToBody_Retrieve_IsTheWorkedMessage()
    {
        const string Worked = """{"method":"retrieve","params":{"pubkey":"057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c","pubkey_ed25519":"c6822637c7d310ec57627be00ba259d253749f4aaf644470cffbe53a35f73242","namespace":0,"last_hash":"","max_size":-2,"timestamp":1775000000000,"signature":"wEswFWZT5fJIVUIWMJCSSj7CRUvzv9bruNykZd6YnyvSVaEIjW4DJL720h68B5DGHTjl5abFKzG+qplxB/OcDw=="}}""";
        var request = new RetrieveRequest(_owner.AccountId, default, Owner) { MaxSize = -2 };

        using JsonDocument expected = JsonDocument.Parse(Worked), actual = JsonDocument.Parse(request.ToBody(Time));
        Assert.True(JsonElement.DeepEquals(expected.RootElement, actual.RootElement));
        Assert.Equal(request.ToBody(Time), request.ToBody(Time));
    }

    private StoreRequest Store(short space) => new(_owner.AccountId, new(space), "hello"u8.ToArray(), TimeSpan.FromDays(1), Owner);

    private RetrieveRequest Retrieve(short space) => new(_owner.AccountId, new(space), Owner);

    private static void AssertSignature(string expected, StorageRequest request)
    {
        using JsonDocument body = JsonDocument.Parse(request.ToBody(Time));
        Assert.Equal(expected, body.RootElement.GetProperty("params").GetProperty("signature").GetString());
    }

    private static void AssertSigned(string expected, SessionIdentity node, byte[] text)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        node.Sign(text, signature);
        Assert.Equal(expected, Convert.ToBase64String(signature));
    }
}
