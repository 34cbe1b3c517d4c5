using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

/// <summary>protocol/22 §7: requests of another implementation, peeled with the recipients' keys, and their replies.</summary>
public class WorkedExampleTests
{
    private const string RequestToNode = "9a020000b1b1b1b1b1b1b1b1b1b1b1b1e61cf22baeee03cebd0c6f1a3356ae62dee8db8cb799cc1630f8c6e2118289ed255e17c8b61361033cf9e7c7743f02f1"
        + "a2c5f0d1d888be3a955e6b6ec4d9978205311c7ba9bddbbbe4242c859e5ecf64749976676fa4c65fbe2710dc9c2f55aa2c7a51cabb090cd505228d28cf424b60"
        + "1b89007394e9f0aa42c9edec4c32a0d50967ba69731151b3ff57dbd4233f452f2fdd8018f246be001407e3ab08520c728696c06841747e2939a641c5b729e3dd"
        + "68e1b8b3a45c0904ff64c258abc4c595ebffc145571b3007e9aaee4e9317418a992bd22463938073869dff1c94e17b637993fdab72d0f0da3c27af789f29254d"
        + "20b724b7c7df92f28541b030dead51067ec7a90098fca22a1945c9e5831129adeb5109bf9ba6e9fc46f9b86824e7f549eaef2f10bb672ce29c544b9af8503553"
        + "9b4e14bee0f819b8154a47fc75d9e51ba49574754d05f63e60c9a0e0c2efe5acda920ecea5cda45c330548c743a7c06375ba23fd23111c363c4102f254d0e8b6"
        + "5a42230b0fc51c625edeee3606878dbb37239eac54fc7101d8caef6d860cb26120b50fccabf7c5b171ee467ccc2c58c60344c7666c746a05b1a24596b073d78d"
        + "d840a9630aa0ce204e3147fa129dd65cb05d5dad446900b148244384b9a4ba7c1ca2cef97af2442a658ef911dbad233c2bfb927dac31756d8ccc63733046e8db"
        + "9c2abcbfba7d858684be3b47210f43bf42fc106cdd593a5d471c56917b6f80b7da7d29eb22d93b84908da4ff2be974268b60270cbe3e7c3b367bc545771aa290"
        + "6c8a675136358bd64378ab7daad749ae392e06ee5a14f16afa710d66de126596159b9e2e0676ae9dcc80df1ae89b47faac74c3bbc930ba211b462d59dbb6020a"
        + "a84db2c7c75dbc5771a918f91981ef2c3d10b5f1f66a63063354f72e54e47b22657068656d6572616c5f6b6579223a2263333036666230656632626638623766"
        + "393362616439383135356661333764616563373464623063346362656461366336663164626139643336353538323532227d";

    private const string RequestToServer = "53030000b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b1b14b98fde6b2f228a8d88114eaccfe11e97660a2b5df89aa80197848e0499d36207f5f6408"
        + "22ab1820828ca429cc8585f35cdb8e38ee59835b46bfce7a628a291b1921e57ca5feece0f5b147e21eb167d4b3c4285cdd063513937e1cd8051d62ea29e4c214"
        + "73d7d3fc6db58e28a7f7cb4f5acb37db4330bff3cf3e614bad2e6e47442ba5206773589c27f7e1ed963f0d70caa02ee60c16ae9942a5096fe4403fb18a557e96"
        + "6ddd299a5f4a2d933cb28df7daa8baba2980cc7b91e2f2b5cca717b7520aa9a8d39ee2d1ce1787f28785893eab7b1bd091d1b039c70e3ca50d6082ad43b43544"
        + "4d8bddbebd5763d88e79e10ebec86030fc1ce08579a28293fadc0e6cf2d3f48dee8d699479cbdc596c986ccf8ea05ba462c29da85923b7fcd737c2343839a95a"
        + "04878fa3351e4d39d02534079eb001b0f9509e6dfd1ba0ab275fb422a4d84ca6721578393f85931583d164123b97ef5b8707b79b62163a9753927fece299273d"
        + "8c981b76fb0d2cbb22d3202b1a33bf3a18c261c07f098459518ccfdd7db27498bcd8cb601b4e7f98ce56b822ce5c41ca8db34d07270aef490567f888b8e02153"
        + "182f03f034dfed53889c3f6b90a0f98db20c8a8543cc0b67e133bfc8c9ba75a960fa63cbb26303c1272c50c6249b1be52620b9473d2093f252a338cef367cbb2"
        + "30a21a8a8496a8075616e0ff844d6aec7519deabb4877ade2486bbf9b9bef876966599be2d2031cdd75672e19bf9b565127a95da5884d78fbfe255142fd960b8"
        + "ff850aa5a9290050a5729fdca0b1fff921a33999719a4b8005b0349a10310a30050b40acfc8f276eaa23a03f35f107d87208e4a45d488a9c75fe1db0c1d324a9"
        + "049b6b7ab4cf256cdc0cc61c25082caa74ebec6b51e74c765558a92f15ed76a4475e7645d9ab8692e790f6be74d5e50f21b3e8f8736eb94e19cbdd534d0f9c13"
        + "75cb5f384a622c1a59a731dab3398b068fb13158ed8ff0412205679d6feaf620eb795e0bbeac043102e67c04e679e0fb075e4c4d54692a26ae4d218a2868bba2"
        + "5362313483b0d9a6170218a85d02edfd462a8f7760d2fc4da59c207822d29f3ae7ff189dfa9814131a3d253cabeacf4454c0389fdfe27f3e3b2c400b817adbac"
        + "89f1cdc43238eaaf0aaa85c4dc2def6acf56db556064b27b22657068656d6572616c5f6b6579223a226333303666623065663262663862376639336261643938"
        + "3135356661333764616563373464623063346362656461366336663164626139643336353538323532222c22656e635f74797065223a22786368616368613230"
        + "227d";

    private const string ReplyOfNode =
        "wcHBwcHBwcHBwcHBeaRLpIc528Mh2Z0AuSDyjCZaH1wXINSPThDYM54suioIIm0FzTAdfRciEACEofqQP5SRCAhAsqbxUuEUHAF5+2aHiEUh6toSbQx9pw/LUW3/BRqPJprWHnQ88Oeqe2CyXtJO4frMSuNqNjPRjhTqdsiP0VY/L27637NA";

    private const string ReplyOfServer = "c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c2c22bd5a5e4d12c00b80d24539c742f1997cbdf3e5de8148f917aaffcbd96b6306a174eb4a81108b266"
        + "ad6ef667d5b7803d6aee7e2c0e9009f1bfff4eab58f7c5e65151337a436c3eb017d5df8975e853586e2e5b425a79151271dbb399775aa34ddf4e8102553bc065"
        + "0435ac6c30b79014f86f7dc6ade5f16a87648fcab454bd2e7529c6ceed7b15";

    private static readonly Recipient R1 = new("7a46e129fd805047448437e4744f1f1576be8c449fdf57e0c580d36c5cfc6668", "805b920bda4cd49d251d3329144a0cf8bdaaa07502626fa87f08e80faedab15f");
    private static readonly Recipient R2 = new("9d8d78b9c9e6661e552f2f1af02095ee2f8743fa2e6183f41bb7077ef51b5379", "68c3eb1cd6dbdd0037d503e6655229500a83f464be62ca753bff884c43788778");
    private static readonly Recipient R3 = new("4eb4fafee2bd3018a24e310de8106333c2b364eaed029a7f05d7b45ccc77683a", "80c98de680933806d2bde7c36804bc1346a0d1658c7855fe66c477412d2d7876");
    private static readonly Recipient D = new("7ce31baa9a04b5cfb83ab7ccdd7b669b911a082d29883d6aad3256294a0a5e0c", "886abea4ae9d201f633f3ec3174a08c4747784257230b8fdd0b2858aac726778");
    private static readonly Recipient S = new("33f1c3051959fee0bf7df9202c56c2fcdda4b76d931909da306a83c453bf3462", "b8089c830ca399b3a247bac7110754f29a1a72cf2ff67165a799cc5a50425676");

    [Fact]
    public void Peel_RequestToNode_EveryStageIsAsPublished()
    {
        using var key = new OnionReplyKey();
        Assert.True(OnionHopRequest.TryParse(Convert.FromHexString(RequestToNode), out OnionHopRequest? request));
        Assert.Equal(OnionCipher.AesGcm, request.Cipher);

        OnionHopRequest second = Relay(request, R1, "416482ac79dd2d3127af9a2ca53839584af2998006c7e44d6deb250d7b6d2fd9", "a09aa5f47a6759802ff955f8dc2d2a14a5c99d23be97f864127ff9383455a4f0");
        OnionHopRequest third = Relay(second, R2, "80fa3d2a925e3a181a22c80fd1c01e7ccd31ea3ec83b3360802a36b6ba0395ad", "17cb79fb2b4120f2b1ec65e4198d6e08b28e813feb01e4a400839b85e18080ce");
        OnionHopRequest last = Relay(third, R3, "73d1d67e47abe6a0f42dc12a5cc8b355059142aaf02c0648c6d7ab76d362f68e", "d759793bbc13a2819a827c76adb6fba8a49aee007f49f2d0992d99b825ad2c48");
        Assert.True(last.TryOpen(D.Secret, D.Public, key, out byte[]? plaintext));
        Assert.True(PeeledLayer.TryParse(plaintext, out PeeledLayer? layer));

        PeeledLayer.Final final = Assert.IsType<PeeledLayer.Final>(layer);
        Assert.Equal("{\"method\":\"info\",\"params\":{}}", Encoding.UTF8.GetString(final.Payload.Span));
        Assert.True(final.Base64);
        Assert.False(final.Json);

        Assert.True(OnionReplyReader.TryReadNodeReply(Encoding.ASCII.GetBytes(ReplyOfNode), key, out OnionResponse? response));
        Assert.Equal(200, response.Status);
        Assert.Equal("{\"version\":[2,8,0],\"timestamp\":1775000000000,\"hf\":[19,4],\"t\":1775000000000}", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public void Peel_RequestToServer_EveryStageIsAsPublished()
    {
        using var key = new OnionReplyKey();
        Assert.True(OnionHopRequest.TryParse(Convert.FromHexString(RequestToServer), out OnionHopRequest? request));
        Assert.Equal(OnionCipher.XChaCha20, request.Cipher);

        OnionHopRequest second = Relay(request, R1, "cc3e6d6ddd28b28cc25e6e9cee60fc3d394110d48f6080896aa5df95c3bcef03", "a09aa5f47a6759802ff955f8dc2d2a14a5c99d23be97f864127ff9383455a4f0");
        OnionHopRequest third = Relay(second, R2, "fbafd6c39ecfdb72537cc3eb9b314a01ce7a8e7f97c3ed9ba5901acbfcf8fd14", "17cb79fb2b4120f2b1ec65e4198d6e08b28e813feb01e4a400839b85e18080ce");
        Assert.True(third.TryOpen(R3.Secret, R3.Public, key, out byte[]? plaintext));
        Assert.Equal("e5184c10877fdc7381018c2108694580865928efca965838d703d2b8a2542335", Convert.ToHexStringLower(SHA256.HashData(plaintext)));
        Assert.True(PeeledLayer.TryParse(plaintext, out PeeledLayer? layer));
        PeeledLayer.ToServer exit = Assert.IsType<PeeledLayer.ToServer>(layer);
        Assert.Equal(("http", "filev2.example", 80, OnionServer.DefaultTarget), (exit.Protocol, exit.Host, exit.Port, exit.Target));

        Assert.True(OnionHopRequest.TryParse(exit.Plaintext, out OnionHopRequest? atServer));
        Assert.True(atServer.TryOpen(S.Secret, S.Public, key, out byte[]? innermost));
        Assert.True(V4Message.TryDecodeRequest(innermost, out ServerRequest? asked));
        Assert.Equal(("POST", "/file", "application/octet-stream"), (asked.Method, asked.Endpoint, asked.Headers["content-type"]));
        Assert.Equal("hello", Encoding.UTF8.GetString(asked.Body!.Value.Span));

        Assert.True(OnionReplyReader.TryReadServerReply(Convert.FromHexString(ReplyOfServer), key, out ServerResponse? response));
        Assert.Equal((200, "application/json"), (response.Code, response.Headers["content-type"]));
        Assert.Equal("{\"id\":\"tKO2VVg1JPHwgZuvqK_7bDHJeSr4UJ_8i13ETlwAn0jB\"}", Encoding.UTF8.GetString(response.Body.Span));
    }

    [Fact]
    public void EncodeRequest_PublishedExamples_SameBytes()
    {
        var upload = new ServerRequest("POST", "/file", new Dictionary<string, string> { ["Content-Type"] = "application/octet-stream" }, "hello"u8.ToArray());
        var capabilities = new ServerRequest("GET", "/capabilities", new Dictionary<string, string>());

        Assert.Equal(
            "l90:{\"method\":\"POST\",\"endpoint\":\"/file\",\"headers\":{\"Content-Type\":\"application/octet-stream\"}}5:helloe",
            Encoding.UTF8.GetString(V4Message.EncodeRequest(upload)));
        Assert.Equal(
            "l56:{\"method\":\"GET\",\"endpoint\":\"/capabilities\",\"headers\":{}}e", Encoding.UTF8.GetString(V4Message.EncodeRequest(capabilities)));
    }

    private static OnionHopRequest Relay(OnionHopRequest request, Recipient recipient, string plaintextHash, string next)
    {
        using var key = new OnionReplyKey();
        Assert.True(request.TryOpen(recipient.Secret, recipient.Public, key, out byte[]? plaintext));
        Assert.Equal(plaintextHash, Convert.ToHexStringLower(SHA256.HashData(plaintext)));
        Assert.True(PeeledLayer.TryParse(plaintext, out PeeledLayer? layer));
        PeeledLayer.ToNode relay = Assert.IsType<PeeledLayer.ToNode>(layer);
        Assert.Equal(Ed25519PublicKey.Parse(next), relay.Next);
        return relay.Request;
    }

    private sealed class Recipient(string publicKey, string secret)
    {
        public X25519PublicKey Public { get; } = X25519PublicKey.Parse(publicKey);

        public byte[] Secret { get; } = Convert.FromHexString(secret);
    }
}
