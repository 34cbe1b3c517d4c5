using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Ratchet;

/// <summary>
/// Keeps this device in the account's published record: makes it at the first use, rotates its pre-keys, and looks now and
/// then whether another device has written the record meanwhile.
/// </summary>
internal sealed class DevicePublisher(
    SessionIdentity identity, RatchetMemory memory, PeerDirectory directory, ISwarmClient swarm, INetworkClock clock, RatchetOptions options, ILogger logger) : IDisposable
{
    /// <summary>How often another device may overwrite our record while we look, before we leave it to the next look.</summary>
    private const int MaxAttempts = 3;

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private long _nextLookMs;

    private AccountId Self => identity.AccountId;

    /// <summary>Makes the next <see cref="EnsureAsync"/> look: another device seems not to know this one.</summary>
    public void LookSoon() => Volatile.Write(ref _nextLookMs, 0);

    /// <summary>Publishes what must be published. Usually it has nothing to do.</summary>
    /// <exception cref="OnionException">The network did not let it.</exception>
    public async ValueTask EnsureAsync(CancellationToken cancellationToken)
    {
        if (clock.NowMilliseconds < Volatile.Read(ref _nextLookMs))
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (clock.NowMilliseconds >= Volatile.Read(ref _nextLookMs))
            {
                await LookAsync(cancellationToken).ConfigureAwait(false);
                Volatile.Write(ref _nextLookMs, clock.NowMilliseconds + (long)options.RecordFreshness.TotalMilliseconds);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// The record to publish instead of <paramref name="current"/>: this device, and the others that still refresh their entries.
    /// </summary>
    internal static CapabilityRecord Merge(CapabilityRecord? current, uint highestNumber, bool isNew, DeviceRecord own, DateTimeOffset now)
    {
        DeviceRecord[] others = current is null ? [] : [.. current.Devices.Where(x => x.Tag != own.Tag)];
        DeviceRecord[] alive = [.. others.Where(x => now - x.RefreshedAt < DeviceLimits.MaxDeviceSilence).OrderByDescending(x => x.RefreshedAt)];
        uint step = isNew && highestNumber > 0 ? DeviceLimits.RestoreJump : 1;
        return new CapabilityRecord
        {
            Number = (uint)Math.Min(uint.MaxValue, (ulong)highestNumber + step),
            CreatedAt = now,
            ExpiresAt = now + DeviceLimits.MaxRecordAge,

            // More devices than a sender encrypts to: version 1 reaches them all.
            AllDevicesSpeak = alive.Length < DeviceLimits.MaxDevices,
            Suites = CapabilityRecord.KnownSuites,
            Devices = [own, .. alive.Take(DeviceLimits.MaxDevices - 1)],
            Removed = [.. others.Except(alive).Select(x => x.Tag).Concat(current?.Removed ?? []).Take(DeviceLimits.MaxRemovedTags)],
        };
    }

    private async ValueTask LookAsync(CancellationToken cancellationToken)
    {
        await PrepareAsync(cancellationToken).ConfigureAwait(false);
        for (int attempt = 0; attempt < MaxAttempts; attempt++)
        {
            await directory.FetchAsync(Self, cancellationToken).ConfigureAwait(false);
            if (await NextRecordAsync(cancellationToken).ConfigureAwait(false) is not { } next)
            {
                return;
            }

            byte[] signed = next.Sign(identity);
            await swarm.StoreAsync(
                Self,
                new SwarmNamespace(DeviceLimits.RecordNamespace),
                signed,
                StorageLimits.MaxTimeToLive,
                SwarmCredentials.ForAccount(identity),
                cancellationToken).ConfigureAwait(false);
            await directory.LearnAsync(Self, signed, cancellationToken).ConfigureAwait(false);
            ClientLog.RecordPublished(logger, next.Devices.Count);
        }
    }

    private async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        await memory.RotateAsync(options.Rotation, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is to be published, or null when the record that the network has is good.</summary>
    private async ValueTask<CapabilityRecord?> NextRecordAsync(CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        PeerState own = await memory.PeerAsync(Self, cancellationToken).ConfigureAwait(false);
        CapabilityRecord? current = directory.Open(Self, own);
        LocalDevice device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        if (current?.Removed.Contains(device.Tag) == true)
        {
            await memory.ReplaceDeviceAsync(cancellationToken).ConfigureAwait(false);
            device = await memory.DeviceAsync(cancellationToken).ConfigureAwait(false);
        }

        DeviceRecord? entry = current?.Find(device.Tag);
        bool onNetwork = own.FetchedAt >= own.MissedAt;
        return onNetwork && device.IsCurrent(entry) ? null : Merge(current, own.Number, isNew: entry is null, device.ToRecord(clock.Now), clock.Now);
    }

    public void Dispose() => _oneAtATime.Dispose();
}
