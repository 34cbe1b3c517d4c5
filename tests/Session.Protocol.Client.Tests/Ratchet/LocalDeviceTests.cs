using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Client.Tests.Ratchet;

public sealed class LocalDeviceTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SessionIdentity _account = SessionIdentity.Create();

    public void Dispose() => _account.Dispose();

    [Fact]
    public void Rotate_Weekly_KeepsOldKeysForAsLongAsMessagesMayNeedThem()
    {
        using LocalDevice device = LocalDevice.Create(_account.AccountId, Now, RandomSource.System);
        var first = new HandshakeId(device.ToRecord(Now).Bundle.SignedPreKeyId, null, null, default);
        DateTimeOffset last = Now;
        for (int week = 1; week <= 6; week++)
        {
            last = Now + TimeSpan.FromDays(7 * week);
            Assert.True(device.IsRotationDue(last, TimeSpan.FromDays(7)));
            device.Rotate(last, RandomSource.System);
        }

        using LocalDevice read = LocalDevice.Read(device.Write(), _account.AccountId);
        Assert.NotNull(read.Find(first, last));
        Assert.Null(read.Find(first, Now + DeviceLimits.PreKeyLifetime));
        Assert.True(read.IsCurrent(device.ToRecord(last)));
        Assert.Equal(device.Tag, read.Tag);
        read.Rotate(Now + DeviceLimits.PreKeyLifetime, RandomSource.System);
        Assert.Null(read.Find(first, Now));
    }

    [Fact]
    public void Merge_OtherDevices_StayUntilTheyAreSilentForAMonth()
    {
        DeviceRecord own = Entry(Now), fresh = Entry(Now - TimeSpan.FromDays(29)), silent = Entry(Now - TimeSpan.FromDays(30));
        CapabilityRecord current = DevicePublisher.Merge(null, 0, isNew: true, fresh, Now) with { Devices = [fresh, silent] };

        CapabilityRecord next = DevicePublisher.Merge(current, 5, isNew: false, own, Now);

        Assert.Equal([own.Tag, fresh.Tag], next.Devices.Select(x => x.Tag));
        Assert.Equal([silent.Tag], next.Removed);
        Assert.Equal(6u, next.Number);
        Assert.True(next.AllDevicesSpeak);
        Assert.Equal(1u, DevicePublisher.Merge(null, 0, isNew: true, own, Now).Number);
        Assert.Equal(5 + DeviceLimits.RestoreJump, DevicePublisher.Merge(current, 5, isNew: true, own, Now).Number);
    }

    [Fact]
    public void Merge_ElevenDevices_AsksForVersion1()
    {
        DeviceRecord own = Entry(Now);
        DeviceRecord[] others = [.. Enumerable.Range(1, 10).Select(x => own with { Tag = new DeviceTag((UInt128)x) })];
        CapabilityRecord current = DevicePublisher.Merge(null, 0, isNew: true, others[0], Now) with { Devices = others };

        CapabilityRecord next = DevicePublisher.Merge(current, 1, isNew: true, own, Now);

        Assert.Equal(DeviceLimits.MaxDevices, next.Devices.Count);
        Assert.False(next.AllDevicesSpeak);
    }

    [Fact]
    public void PeerState_RoundTrips()
    {
        var notice = new NoticeState(new DeviceTag(3), Now, Now.ToUnixTimeMilliseconds(), DateTimeOffset.MinValue);
        var state = new PeerState { Number = 9, Record = new byte[] { 1, 2 }, FetchedAt = Now, PushedNumber = 4, PushedAt = Now, Notices = [notice] };

        PeerState read = PeerState.Read(state.Write());

        Assert.Equal((9u, Now, DateTimeOffset.MinValue, 4u, Now), (read.Number, read.FetchedAt, read.MissedAt, read.PushedNumber, read.PushedAt));
        Assert.Equal([1, 2], read.Record.ToArray());
        Assert.Equal(notice, Assert.Single(read.Notices));
        Assert.False(notice.MayAsk(Now.ToUnixTimeMilliseconds(), Now + NoticeState.Interval));
        Assert.True(notice.MayAsk(Now.ToUnixTimeMilliseconds() + 1, Now + NoticeState.Interval));
        Assert.False(notice.MayAsk(Now.ToUnixTimeMilliseconds() + 1, Now + TimeSpan.FromMinutes(59)));
        Assert.Throws<InvalidDataException>(() => PeerState.Read(state.Write().AsSpan(1)));
    }

    [Fact]
    public void PendingMessage_RoundTrips()
    {
        var pending = new PendingMessage("hash", new MessageKey(_account.AccountId, 1_700_000_000_123), Now, -1, Protection.Ratchet, new byte[] { 1, 2, 3 });

        PendingMessage read = PendingMessage.Read("hash", pending.Write());

        Assert.Equal((pending.Hash, pending.Key, pending.ExpiresAt, pending.StoredUntilMs, pending.Protection), (read.Hash, read.Key, read.ExpiresAt, read.StoredUntilMs, read.Protection));
        Assert.Equal(pending.Content.ToArray(), read.Content.ToArray());
    }

    [Fact]
    public void KeptMessage_RoundTrips()
    {
        var kept = new KeptMessage(AlsoSealed: true, [default, default], Now, [1, 2, 3]);

        KeptMessage read = KeptMessage.Read(kept.Write());

        Assert.Equal((kept.AlsoSealed, kept.Until, 2), (read.AlsoSealed, read.Until, read.ResentTo.Count));
        Assert.Equal(kept.Content, read.Content);
        Assert.Throws<InvalidDataException>(() => KeptMessage.Read(kept.Write().AsSpan(0, 12)));
    }

    private DeviceRecord Entry(DateTimeOffset refreshed)
    {
        using LocalDevice device = LocalDevice.Create(_account.AccountId, Now, RandomSource.System);
        return device.ToRecord(refreshed);
    }
}
