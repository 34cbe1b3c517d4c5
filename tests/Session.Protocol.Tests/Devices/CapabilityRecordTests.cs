using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Tests.Devices;

public sealed class CapabilityRecordTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly SessionIdentity _account = SessionIdentity.Create();
    private readonly SessionIdentity _other = SessionIdentity.Create();

    public void Dispose()
    {
        _account.Dispose();
        _other.Dispose();
    }

    [Fact]
    public void TryOpen_OwnRecord_GivesEverythingBack()
    {
        CapabilityRecord record = Record(devices: 2) with { Removed = [new DeviceTag(5)] };

        CapabilityRecord read = Open(record.Sign(_account), CapabilityRecordStatus.Ok)!;

        Assert.Equal((record.Number, record.CreatedAt, record.ExpiresAt, true), (read.Number, read.CreatedAt, read.ExpiresAt, read.AllDevicesSpeak));
        Assert.Equal(record.Suites, read.Suites);
        Assert.Equal(record.Removed, read.Removed);
        Assert.Equal(record.Devices.Select(x => (x.Tag, x.RefreshedAt, x.Bundle.IdentityKey)), read.Devices.Select(x => (x.Tag, x.RefreshedAt, x.Bundle.IdentityKey)));
        Assert.All(read.Devices, x => Assert.Equal(RatchetSuite.PqxdhWithPqChain, x.Choose(read.Suites)));
    }

    [Fact]
    public void Sign_TenDevices_FitsIntoTheLimit() => Assert.InRange(Record(DeviceLimits.MaxDevices).Sign(_account).Length, 1, DeviceLimits.MaxRecordSize);

    [Fact]
    public void TryOpen_SignedByAnotherAccount_IsRefused() => Open(Record().Sign(_other), CapabilityRecordStatus.WrongAccount);

    [Fact]
    public void TryOpen_OfLaterVersion_IsRefused()
    {
        byte[] content = new Protocol.Devices.Wire.Record { Version = 2 }.ToByteArray();
        Assert.Equal(CapabilityRecordStatus.Version, CapabilityRecordCodec.Read(content, Now, out _));
    }

    [Fact]
    public void TryOpen_EveryBitFlipped_NeverOpens()
    {
        byte[] signed = Record().Sign(_account);
        for (int i = 0; i < signed.Length; i += 7)
        {
            signed[i] ^= (byte)(1 << (i % 8));
            Assert.NotEqual(CapabilityRecordStatus.Ok, CapabilityRecord.TryOpen(signed, _account.AccountId, Now, out CapabilityRecord? record));
            Assert.Null(record);
            signed[i] ^= (byte)(1 << (i % 8));
        }
    }

    [Fact]
    public void TryOpen_Truncated_NeverOpens()
    {
        byte[] signed = Record().Sign(_account);
        for (int length = 0; length < signed.Length; length += 11)
        {
            Assert.NotEqual(CapabilityRecordStatus.Ok, CapabilityRecord.TryOpen(signed.AsSpan(0, length), _account.AccountId, Now, out _));
        }
    }

    [Fact]
    public void TryOpen_Oversized_IsRefusedBeforeItIsRead() => Open(new byte[DeviceLimits.MaxRecordSize + 1], CapabilityRecordStatus.TooLarge);

    [Fact]
    public void TryOpen_OutsideItsTime_IsRefused()
    {
        Open((Record() with { ExpiresAt = Now }).Sign(_account), CapabilityRecordStatus.Expired);
        Open((Record() with { ExpiresAt = Now + TimeSpan.FromDays(31) }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
        Open((Record() with { CreatedAt = Now + TimeSpan.FromDays(2), ExpiresAt = Now + TimeSpan.FromDays(3) }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
    }

    [Fact]
    public void TryOpen_BeyondABound_IsRefused()
    {
        CapabilityRecord record = Record();
        DeviceRecord device = record.Devices[0];
        Open((record with { Devices = [.. Enumerable.Range(1, 11).Select(x => device with { Tag = new DeviceTag((UInt128)x) })] }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
        Open((record with { Devices = [device, device] }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
        Open((record with { Removed = [device.Tag] }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
        Open((record with { Removed = [.. Enumerable.Range(1, 33).Select(x => new DeviceTag((UInt128)x))] }).Sign(_account), CapabilityRecordStatus.OutOfBounds);
    }

    [Fact]
    public void TryOpen_PreKeyNotSignedByTheDevice_IsRefused()
    {
        CapabilityRecord record = Record(devices: 2);
        PreKeyBundle mixed = record.Devices[0].Bundle with { KemPreKey = record.Devices[1].Bundle.KemPreKey };
        Open((record with { Devices = [record.Devices[0] with { Bundle = mixed }] }).Sign(_account), CapabilityRecordStatus.BadBundle);

        PreKeyBundle cut = record.Devices[0].Bundle with { KemPreKey = record.Devices[1].Bundle.KemPreKey[..100] };
        Open((record with { Devices = [record.Devices[0] with { Bundle = cut }] }).Sign(_account), CapabilityRecordStatus.Malformed);
    }

    [Fact]
    public void Choose_TakesThePeersOrderAndWhatTheKeysAllow()
    {
        DeviceRecord device = Record().Devices[0];
        DeviceRecord old = device with { Bundle = device.Bundle with { KemPreKeyId = null } };

        Assert.Equal(RatchetSuite.Pqxdh, device.Choose([RatchetSuite.Pqxdh, RatchetSuite.X3dh]));
        Assert.Equal(RatchetSuite.X3dh, old.Choose([RatchetSuite.Pqxdh, RatchetSuite.X3dh]));
        Assert.Equal(RatchetSuite.None, old.Choose([RatchetSuite.Pqxdh]));
    }

    [Fact]
    public void DeviceMessage_RandomAndCutBytes_NeverThrow()
    {
        var key = new X25519PublicKey(new byte[32]);
        byte[] whole = new DeviceMessage
        {
            Envelope = new RatchetEnvelope(new DeviceTag(1), [new DeviceTag(2)], true, [new RatchetBody(new DeviceTag(2), new RatchetMessage(RatchetMessageType.PreKey, new byte[40]))]),
            Notice = new RecoveryNotice(new DeviceTag(1), new DeviceTag(2), 3, key),
            Record = new byte[9],
        }.Write(1_700_000_000_000);
        DeviceMessage read = DeviceMessage.TryRead(whole)!;
        Assert.Equal(new RecoveryNotice(new DeviceTag(1), new DeviceTag(2), 3, key), read.Notice);
        Assert.True(read.Envelope is { AlsoSealed: true, Recipients: [{ Value: var tag }], Bodies.Count: 1 } && tag == 2);
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++)
        {
            byte[] bytes = whole[..random.Next(whole.Length)];
            random.NextBytes(bytes.AsSpan(random.Next(bytes.Length + 1)));
            _ = DeviceMessage.TryRead(bytes);
        }

        Assert.Null(DeviceMessage.TryRead(new byte[100_000]));
    }

    [Fact]
    public void RatchetPlaintext_ForOtherAccounts_IsRefused()
    {
        byte[] plaintext = RatchetPlaintext.Create(_account.AccountId, _other.AccountId, [1, 2, 3]);

        Assert.Equal(0, plaintext.Length % 160);
        Assert.True(RatchetPlaintext.TryRead(plaintext, _account.AccountId, _other.AccountId, out ReadOnlyMemory<byte> content));
        Assert.Equal([1, 2, 3], content.ToArray());
        Assert.False(RatchetPlaintext.TryRead(plaintext, _other.AccountId, _account.AccountId, out _));
        Assert.False(RatchetPlaintext.TryRead(new byte[160], _account.AccountId, _other.AccountId, out _));
    }

    private static CapabilityRecord Record(int devices = 1) => new()
    {
        Number = 7,
        CreatedAt = Now,
        ExpiresAt = Now + TimeSpan.FromDays(30),
        AllDevicesSpeak = true,
        Suites = CapabilityRecord.KnownSuites,
        Devices = [.. Enumerable.Range(0, devices).Select(_ => NewDevice())],
    };

    private static DeviceRecord NewDevice()
    {
        using RatchetParty party = RatchetParty.Create(new RatchetAddress("device"));
        using SignedPreKey signed = party.CreateSignedPreKey(1, Now);
        using KemPreKey kem = party.CreateKemPreKey(1, Now);
        return new DeviceRecord(DeviceTag.Create(RandomSource.System), Now, party.CreateBundle(signed, kem));
    }

    private CapabilityRecord? Open(byte[] signed, CapabilityRecordStatus expected)
    {
        Assert.Equal(expected, CapabilityRecord.TryOpen(signed, _account.AccountId, Now, out CapabilityRecord? record));
        return record;
    }
}
