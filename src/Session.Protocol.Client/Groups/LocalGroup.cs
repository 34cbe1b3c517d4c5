using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// One group in memory: its changes, what this account holds of it, and which messages wait. It mirrors the store; whoever changes
/// something does so within a step of <see cref="RatchetMemory"/>, and <see cref="State"/> and <see cref="Access"/> can be read at any time.
/// </summary>
internal sealed class LocalGroup(AccountId id, SessionIdentity identity, GroupAccess access, GroupLedger ledger) : IDisposable
{
    private volatile GroupAccess _access = access;
    private volatile GroupState _state = ledger.State;
    private SubaccountSigner? _signer;
    private GroupAdminKey? _key;
    private SwarmCredentials? _credentials;

    public AccountId Id { get; } = id;

    public GroupLedger Ledger { get; private set; } = ledger;

    public GroupState State => _state;

    public GroupAccess Access => _access;

    /// <summary>Devices whose sender keys are known, by distribution id.</summary>
    public ConcurrentDictionary<Guid, (AccountId Account, DeviceTag Tag)> Readers { get; } = [];

    /// <summary>Messages that wait for a key or a change.</summary>
    public ConcurrentDictionary<string, GroupWait> Waiting { get; } = new(StringComparer.Ordinal);

    /// <summary>Gaps that are not reported yet, with the poll in which they were first seen.</summary>
    public ConcurrentDictionary<(AccountId Account, DeviceTag Tag), long> Gaps { get; } = [];

    /// <summary>Devices to encrypt to, as they were worked out for a state at a time.</summary>
    public GroupTargets? Targets { get; set; }

    /// <summary>Polls so far; what waits is looked at again after some of them.</summary>
    public long Polls { get; set; }

    /// <summary>Polls in a row that the swarm refused.</summary>
    public int Refusals { get; set; }

    public GroupMemberState? Self => State.Find(identity.AccountId);

    /// <summary>Takes part: may send, and looks for messages.</summary>
    public bool IsActive => !Access.IsOver && Self is { IsJoined: true };

    public bool IsAdmin => IsActive && Self is { IsAdmin: true } && !Access.Seed.IsEmpty;

    /// <summary>The outer key to write with: the newest named in the state that is known here; null when there is none at all.</summary>
    public ReadOnlyMemory<byte>? OuterKey => Access.FindKey(State.Key.Id) ?? (Access.OuterKeys.Count > 0 ? Access.OuterKeys[0] : null);

    /// <summary>The right to the group's swarm, or null.</summary>
    public SwarmCredentials? Credentials
    {
        get
        {
            GroupAccess held = Access;
            if (_credentials is null && !held.Seed.IsEmpty)
            {
                _key = GroupAdminKey.FromSeed(held.Seed.Span);
                _credentials = SwarmCredentials.ForGroupAdmin(_key);
            }
            else if (_credentials is null && !held.SigningValue.IsEmpty
                && SubaccountSigner.TryCreate(Id, identity, held.SigningValue.Span, SubaccountRights.Read | SubaccountRights.Write, out _signer))
            {
                _credentials = SwarmCredentials.ForSubaccount(_signer);
            }

            return _credentials;
        }
    }

    /// <summary>The group's key; null unless admin.</summary>
    public GroupAdminKey? Key => Credentials is null ? null : _key;

    /// <summary>Whose device a distribution id stands for, as far as the members' devices are known.</summary>
    public AccountId? AuthorOf(Guid distribution) =>
        Targets?.Devices.FirstOrDefault(x => GroupDistribution.IdOf(Id, x.Account, x.Device.Tag) == distribution)?.Account;

    /// <summary>Takes over what was committed.</summary>
    public void Set(GroupAccess access, GroupLedger ledger)
    {
        if (!access.Seed.Span.SequenceEqual(_access.Seed.Span) || !access.SigningValue.Span.SequenceEqual(_access.SigningValue.Span))
        {
            // The old ones are not disposed: a request may be using them. They go with the memory.
            _credentials = null;
            _signer = null;
            _key = null;
        }

        _access = access;
        Ledger = ledger;
        _state = ledger.State;
    }

    /// <summary>Drops what belongs to keys that are deleted.</summary>
    public void Forget()
    {
        Readers.Clear();
        Waiting.Clear();
        Gaps.Clear();
        Targets = null;
        Refusals = 0;
    }

    public void Dispose()
    {
        _access.Clear();
        _signer?.Dispose();
        _key?.Dispose();
    }
}
