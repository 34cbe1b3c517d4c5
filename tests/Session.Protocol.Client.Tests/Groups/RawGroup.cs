using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>A group's swarm as its nodes see it, and what lies in a store, as a thief sees it.</summary>
internal sealed class RawGroup : IAsyncDisposable
{
    private static readonly SwarmNamespace Space = new(GroupLimits.Namespace);

    private readonly OnionClient _onion;
    private readonly SwarmClient _swarm;
    private readonly GroupAdminKey _key;
    private readonly SwarmCredentials _credentials;

    private RawGroup(TestNetwork network, GroupAdminKey key)
    {
        _onion = network.Onion();
        _swarm = new SwarmClient(_onion);
        _key = key;
        _credentials = SwarmCredentials.ForGroupAdmin(key);
    }

    public AccountId Id => _key.GroupId;

    /// <summary>With the group's key, from an admin's store.</summary>
    public static async Task<RawGroup> OpenAsync(TestNetwork network, Participant admin, AccountId group) =>
        new(network, GroupAdminKey.FromSeed((await AccessAsync(admin.Store, group)).Seed.Span));

    /// <summary>Everything that is stored, oldest first.</summary>
    public async Task<IReadOnlyList<StoredMessage>> ObjectsAsync()
    {
        SwarmPoll poll = await _swarm.RetrieveAsync(new SwarmQuery(Id, [Space]) { Credentials = _credentials, Redundancy = 3 });
        return [.. poll.Namespaces[0].Messages.OrderBy(x => x.Timestamp)];
    }

    /// <summary>Deletes objects from the swarm.</summary>
    public async Task DeleteAsync(IEnumerable<StoredMessage> objects) => await _swarm.SendAsync(StorageRequest.Delete(_credentials, objects.Select(x => x.Hash)));

    public async Task RevokeAsync(AccountId member) => await _swarm.SendAsync(
        StorageRequest.RevokeSubaccounts(_credentials, [_key.CreateToken(member, SubaccountRights.Read | SubaccountRights.Write)]));

    public static async Task<GroupAccess> AccessAsync(IAccountStore store, AccountId group) =>
        GroupAccess.Read(await store.LoadStateAsync(new AccountStateKey(AccountStateKind.Group, group.ToString())));

    /// <summary>Objects as somebody with these outer keys sees them.</summary>
    public IReadOnlyList<GroupObject> Open(IEnumerable<StoredMessage> objects, GroupAccess access) =>
        [.. objects.SelectMany(x => access.OuterKeys.Select(y => GroupBox.TryOpen(y.Span, Id, x.Data.Span))).OfType<byte[]>().Select(x => GroupObject.TryRead(x)!)];

    /// <summary>All texts that somebody with this store reads in these sender-key messages, with whatever key opens them.</summary>
    public async Task<IReadOnlyList<string>> ReadAsync(IAccountStore store, IEnumerable<GroupObject> objects)
    {
        var texts = new List<string>();
        foreach (GroupObject message in objects.Where(x => !x.Message.IsEmpty))
        {
            foreach (AccountStateKey key in await store.ListStatesAsync(AccountStateKind.GroupReader))
            {
                using GroupReader reader = GroupReader.Read(await store.LoadStateAsync(key));
                SenderKeys.SenderKeyDecryptResult result = reader.Session.Decrypt(message.Message.Span);
                if (result.Status == SenderKeys.SenderKeyStatus.Ok)
                {
                    texts.Add(Encoding.UTF8.GetString(result.Plaintext.Span));
                }
            }
        }

        return texts;
    }

    public async ValueTask DisposeAsync()
    {
        _key.Dispose();
        await _onion.DisposeAsync();
    }
}
