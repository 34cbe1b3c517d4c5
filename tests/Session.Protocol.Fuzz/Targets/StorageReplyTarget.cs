using Session.Protocol.Accounts;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a storage node answers: a result to each call, and a refusal, which is read in one place for all calls.</summary>
internal sealed class StorageReplyTarget : IFuzzTarget
{
    private const long NetworkTime = 1_700_000_000_000;

    private static readonly int[] Refusals = [401, 406, 421, 500];
    private static readonly Action<OnionResponse>[] Readers = MakeReaders();

    public static string Name => "storage-reply";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        byte[] body = input.ToArray();
        foreach (Action<OnionResponse> read in Readers)
        {
            read(new OnionResponse(200, body));
        }

        foreach (int status in Refusals)
        {
            Readers[0](new OnionResponse(status, body));
        }
    }

    private static Action<OnionResponse>[] MakeReaders()
    {
        SessionIdentity identity = SessionIdentity.FromSeed("fuzz target's id"u8);
        AccountId account = identity.AccountId;
        SwarmCredentials credentials = SwarmCredentials.ForAccount(identity);
        string[] hashes = [new string('A', 43)];
        var store = new StoreRequest(account, SwarmNamespace.Default, new byte[] { 1 }, TimeSpan.FromDays(1));
        var retrieve = new RetrieveRequest(account, SwarmNamespace.Default, credentials);
        return
        [
            Reader(store),
            Reader(retrieve),
            Reader(new InfoRequest()),
            Reader(new GetSwarmRequest(account)),
            Reader(new DeleteRequest(credentials, hashes)),
            Reader(DeleteAllRequest.Everything(credentials)),
            Reader(new ExpireRequest(credentials, hashes, DateTimeOffset.UnixEpoch.AddMilliseconds(NetworkTime), ExpiryChange.Set)),
            Reader(new GetExpiriesRequest(credentials, hashes)),
            Reader(OxendRequest.GetServiceNodes()),
            Reader(BatchRequest.Parallel([store, retrieve])),
            Reader(BatchRequest.OneByOne([retrieve, store])),
        ];
    }

    private static Action<OnionResponse> Reader<T>(StorageRequest<T> request)
        where T : class => response => _ = request.ReadReply(response, NetworkTime);
}
