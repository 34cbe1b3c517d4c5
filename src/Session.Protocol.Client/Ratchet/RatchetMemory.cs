using System.Globalization;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Client.Ratchet;

/// <summary>
/// The ratchet's part of the account's store, in types. Whoever changes something holds <see cref="EnterAsync"/> from reading to
/// committing, because a ratchet that is written twice from one state uses keys twice. Nothing waits for the network meanwhile.
/// </summary>
internal sealed class RatchetMemory(IAccountStore store, AccountId self, INetworkClock clock, IRandomSource random) : IDisposable
{
    private static readonly AccountStateKey DeviceKey = new(AccountStateKind.Device, "self");

    private readonly SemaphoreSlim _oneStep = new(1, 1);
    private LocalDevice? _device;

    public async ValueTask<Step> EnterAsync(CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new Step(_oneStep);
    }

    /// <summary>This device; made and stored where there is none. Within a step.</summary>
    public async ValueTask<LocalDevice> DeviceAsync(CancellationToken cancellationToken)
    {
        if (_device is null && await store.LoadStateAsync(DeviceKey, cancellationToken).ConfigureAwait(false) is { } bytes)
        {
            _device = LocalDevice.Read(bytes, self);
            CryptographicOperations.ZeroMemory(bytes);
        }

        if (_device is null)
        {
            LocalDevice created = LocalDevice.Create(self, clock.Now, random);
            await CommitAsync(new AccountChanges { States = [new AccountState(DeviceKey, created.Write())] }, cancellationToken).ConfigureAwait(false);
            _device = created;
        }

        return _device;
    }

    /// <summary>Makes new pre-keys when it is time. Within a step.</summary>
    public async ValueTask RotateAsync(TimeSpan rotation, CancellationToken cancellationToken)
    {
        LocalDevice device = await DeviceAsync(cancellationToken).ConfigureAwait(false);
        if (device.IsRotationDue(clock.Now, rotation))
        {
            // Read anew, if this fails before the commit is done: keys must not be published that are not stored.
            _device = null;
            device.Rotate(clock.Now, random);
            await CommitAsync(new AccountChanges { States = [new AccountState(DeviceKey, device.Write())] }, cancellationToken).ConfigureAwait(false);
            _device = device;
        }
    }

    /// <summary>Starts over as a new device: the account has removed this one. Within a step.</summary>
    public async ValueTask ReplaceDeviceAsync(CancellationToken cancellationToken)
    {
        LocalDevice created = LocalDevice.Create(self, clock.Now, random);
        IReadOnlyList<AccountStateKey> sessions = await store.ListStatesAsync(AccountStateKind.Session, cancellationToken).ConfigureAwait(false);
        AccountState[] changes = [new AccountState(DeviceKey, created.Write()), .. sessions.Select(x => new AccountState(x, default))];
        await CommitAsync(new AccountChanges { States = changes }, cancellationToken).ConfigureAwait(false);
        _device?.Dispose();
        _device = created;
    }

    public async ValueTask<PeerState> PeerAsync(AccountId account, CancellationToken cancellationToken) =>
        await store.LoadStateAsync(PeerKey(account), cancellationToken).ConfigureAwait(false) is { } bytes ? PeerState.Read(bytes) : new PeerState();

    /// <summary>The session with a device, new where there is none. Within a step; the caller disposes it.</summary>
    public async ValueTask<DeviceSession> SessionAsync(AccountId account, DeviceTag tag, CancellationToken cancellationToken)
    {
        LocalDevice device = await DeviceAsync(cancellationToken).ConfigureAwait(false);
        RatchetAddress remote = LocalDevice.Address(account, tag);
        byte[]? bytes = await store.LoadStateAsync(SessionKey(account, tag), cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return DeviceSession.Create(device.Party, remote);
        }

        try
        {
            return DeviceSession.Read(bytes, device.Party, remote);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    public async ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken) =>
        await store.LoadStateAsync(HandshakeKey(handshake), cancellationToken).ConfigureAwait(false) is not null;

    public async ValueTask<KeptMessage?> KeptAsync(AccountStateKey key, CancellationToken cancellationToken)
    {
        byte[]? bytes = await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false);
        if (bytes is null)
        {
            return null;
        }

        var kept = KeptMessage.Read(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return kept;
    }

    /// <summary>Sent messages that are kept, oldest first, with their recipients and times.</summary>
    public async ValueTask<IReadOnlyList<(AccountStateKey Key, AccountId Account, long SentMs)>> ListKeptAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<AccountStateKey> keys = await store.ListStatesAsync(AccountStateKind.SentMessage, cancellationToken).ConfigureAwait(false);
        return
        [
            .. keys.Select(key => (key, AccountId.Parse(key.Name.AsSpan(0, AccountId.TextLength)), long.Parse(key.Name.AsSpan(AccountId.TextLength + 1), CultureInfo.InvariantCulture)))
                .OrderBy(x => x.Item3),
        ];
    }

    /// <summary>Commits that failed: whoever keeps something beside the store reads it anew after each.</summary>
    public int FailedCommits { get; private set; }

    /// <summary>Writes everything at once and zeroes what was written.</summary>
    public async ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken)
    {
        try
        {
            await store.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            FailedCommits++;
            throw;
        }
        finally
        {
            foreach (AccountState state in changes.States)
            {
                if (System.Runtime.InteropServices.MemoryMarshal.TryGetArray(state.Value, out ArraySegment<byte> bytes))
                {
                    CryptographicOperations.ZeroMemory(bytes);
                }
            }
        }
    }

    public static AccountState Of(AccountId account, PeerState peer) => new(PeerKey(account), peer.Write());

    public static AccountState Of(AccountId account, DeviceTag tag, DeviceSession session) => new(SessionKey(account, tag), session.Write());

    public static AccountState Removed(AccountId account, DeviceTag tag) => new(SessionKey(account, tag), default);

    public static AccountState Of(PendingMessage pending) => new(WaitingMessages.Key(AccountStateKind.PendingMessage, pending.Hash), pending.Write(), pending.ExpiresAt);

    public static AccountStateKey KeptKey(AccountId account, long sentMs) =>
        new(AccountStateKind.SentMessage, string.Create(CultureInfo.InvariantCulture, $"{account}:{sentMs}"));

    /// <summary>A handshake to refuse from now on, until its pre-keys are gone.</summary>
    public AccountState Used(HandshakeId handshake) => new(HandshakeKey(handshake), new byte[] { 1 }, clock.Now + DeviceLimits.PreKeyLifetime);

    public void Dispose()
    {
        _device?.Dispose();
        _oneStep.Dispose();
    }

    private static AccountStateKey PeerKey(AccountId account) => new(AccountStateKind.Peer, account.ToString());

    private static AccountStateKey SessionKey(AccountId account, DeviceTag tag) => new(AccountStateKind.Session, $"{account}:{tag}");

    private static AccountStateKey HandshakeKey(HandshakeId id) => new(
        AccountStateKind.Handshake, string.Create(CultureInfo.InvariantCulture, $"{id.SignedPreKeyId}:{id.KemPreKeyId}:{id.BaseKey}"));

    /// <summary>Holds the one-step lock until it is disposed.</summary>
    internal readonly struct Step(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
