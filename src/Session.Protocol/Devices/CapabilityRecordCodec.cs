using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Devices;

/// <summary>The inner form of a capability record (Wire/devices.proto), and the checks that need no account.</summary>
internal static class CapabilityRecordCodec
{
    public static byte[] Write(CapabilityRecord record) => new Wire.Record
    {
        Version = CapabilityRecord.Version,
        Number = record.Number,
        Created = (ulong)record.CreatedAt.ToUnixTimeSeconds(),
        Expires = (ulong)record.ExpiresAt.ToUnixTimeSeconds(),
        AllDevicesSpeak = record.AllDevicesSpeak,
        Suites = { record.Suites.Select(x => (uint)x) },
        Devices = { record.Devices.Select(Write) },
        RemovedTags = { record.Removed.Select(x => UnsafeByteOperations.UnsafeWrap(x.ToArray())) },
    }.ToByteArray();

    /// <exception cref="InvalidProtocolBufferException">Not a protobuf.</exception>
    public static CapabilityRecordStatus Read(ReadOnlySpan<byte> content, DateTimeOffset now, out CapabilityRecord? record)
    {
        record = null;
        Wire.Record wire = Wire.Record.Parser.ParseFrom(content);
        if (wire.Version != CapabilityRecord.Version)
        {
            return CapabilityRecordStatus.Version;
        }

        CapabilityRecordStatus status = CheckBounds(wire, now);
        if (status != CapabilityRecordStatus.Ok)
        {
            return status;
        }

        var removed = new List<DeviceTag>(wire.RemovedTags.Count);
        foreach (ByteString bytes in wire.RemovedTags)
        {
            if (!DeviceTag.TryRead(bytes.Span, out DeviceTag tag))
            {
                return CapabilityRecordStatus.Malformed;
            }

            removed.Add(tag);
        }

        var devices = new List<DeviceRecord>(wire.Devices.Count);
        foreach (Wire.Device entry in wire.Devices)
        {
            if (Read(entry) is not { } device)
            {
                return CapabilityRecordStatus.Malformed;
            }

            if (!device.Bundle.Verify())
            {
                return CapabilityRecordStatus.BadBundle;
            }

            devices.Add(device);
        }

        if (devices.Select(x => x.Tag).Concat(removed).Distinct().Count() != devices.Count + removed.Count)
        {
            return CapabilityRecordStatus.OutOfBounds;
        }

        record = new CapabilityRecord
        {
            Number = wire.Number,
            CreatedAt = DateTimeOffset.FromUnixTimeSeconds((long)wire.Created),
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds((long)wire.Expires),
            AllDevicesSpeak = wire.AllDevicesSpeak,
            // Any number may stand there; those that are no suite of ours fall out.
            Suites = [.. wire.Suites.Select(x => unchecked((RatchetSuite)x)).Where(CapabilityRecord.KnownSuites.Contains)],
            Devices = devices,
            Removed = removed,
        };
        return CapabilityRecordStatus.Ok;
    }

    private static CapabilityRecordStatus CheckBounds(Wire.Record wire, DateTimeOffset now)
    {
        ulong seconds = (ulong)now.ToUnixTimeSeconds();
        bool fits = wire.Devices.Count <= DeviceLimits.MaxDevices
            && wire.Suites.Count <= DeviceLimits.MaxSuites
            && wire.RemovedTags.Count <= DeviceLimits.MaxRemovedTags
            && wire.Created <= seconds + (ulong)DeviceLimits.MaxClockError.TotalSeconds
            && wire.Expires >= wire.Created
            && wire.Expires - wire.Created <= (ulong)DeviceLimits.MaxRecordAge.TotalSeconds;
        return !fits ? CapabilityRecordStatus.OutOfBounds : wire.Expires <= seconds ? CapabilityRecordStatus.Expired : CapabilityRecordStatus.Ok;
    }

    private static Wire.Device Write(DeviceRecord device)
    {
        PreKeyBundle bundle = device.Bundle;
        var wire = new Wire.Device
        {
            Tag = UnsafeByteOperations.UnsafeWrap(device.Tag.ToArray()),
            RegistrationId = bundle.RegistrationId,
            Refreshed = (ulong)device.RefreshedAt.ToUnixTimeSeconds(),
            IdentityKey = ByteString.CopyFrom(bundle.IdentityKey.AsSpan()),
            SignedPreKeyId = bundle.SignedPreKeyId,
            SignedPreKey = ByteString.CopyFrom(bundle.SignedPreKey.AsSpan()),
            SignedPreKeySignature = UnsafeByteOperations.UnsafeWrap(bundle.SignedPreKeySignature),
        };
        if (bundle.KemPreKeyId is { } kem)
        {
            wire.KemPreKeyId = kem;
            wire.KemPreKey = UnsafeByteOperations.UnsafeWrap(bundle.KemPreKey);
            wire.KemPreKeySignature = UnsafeByteOperations.UnsafeWrap(bundle.KemPreKeySignature);
        }

        return wire;
    }

    private static DeviceRecord? Read(Wire.Device wire)
    {
        bool ok = DeviceTag.TryRead(wire.Tag.Span, out DeviceTag tag)
            & wire.IdentityKey.Length == X25519PublicKey.Size
            & wire.SignedPreKey.Length == X25519PublicKey.Size
            & wire.SignedPreKeySignature.Length == XEdDSA.SignatureSize
            & wire.Refreshed <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            & (!wire.HasKemPreKeyId || (wire.KemPreKey.Length == KemPreKey.PublicKeySize && wire.KemPreKeySignature.Length == XEdDSA.SignatureSize));
        return !ok ? null : new DeviceRecord(tag, DateTimeOffset.FromUnixTimeSeconds((long)wire.Refreshed), new PreKeyBundle
        {
            RegistrationId = wire.RegistrationId,
            IdentityKey = new X25519PublicKey(wire.IdentityKey.Span),
            SignedPreKeyId = wire.SignedPreKeyId,
            SignedPreKey = new X25519PublicKey(wire.SignedPreKey.Span),
            SignedPreKeySignature = wire.SignedPreKeySignature.Memory,
            KemPreKeyId = wire.HasKemPreKeyId ? wire.KemPreKeyId : null,
            KemPreKey = wire.KemPreKey.Memory,
            KemPreKeySignature = wire.KemPreKeySignature.Memory,
        });
    }
}
