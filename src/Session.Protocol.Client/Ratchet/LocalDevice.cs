using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Ratchet;

/// <summary>This installation: its tag, its ratchet identity and its pre-keys. It never leaves the device; a lost one is replaced by a new one.</summary>
internal sealed class LocalDevice : IDisposable
{
    /// <summary>Pre-key pairs kept; weekly rotation keeps eight. At hourly rotation the oldest go earlier than after 44 days.</summary>
    public const int MaxKeys = 24;

    private const byte Format = 1;
    private const int HeaderSize = 1 + DeviceTag.Size + 4 + RatchetParty.SecretKeySize + 4 + 1;
    private const int SignedKeySize = 109;
    private const int KemKeySize = 4_813;

    private readonly List<(SignedPreKey Signed, KemPreKey Kem)> _keys = [];
    private uint _nextKeyId;

    private LocalDevice(DeviceTag tag, RatchetParty party, uint nextKeyId)
    {
        Tag = tag;
        Party = party;
        _nextKeyId = nextKeyId;
    }

    public DeviceTag Tag { get; }

    public RatchetParty Party { get; }

    /// <summary>Where a device of an account is found (protocol/32 §4.5).</summary>
    public static RatchetAddress Address(AccountId account, DeviceTag tag) => new($"{account}:{tag}");

    /// <summary>A new device with its first pre-keys.</summary>
    public static LocalDevice Create(AccountId account, DateTimeOffset now, IRandomSource random)
    {
        var tag = DeviceTag.Create(random);
        Span<byte> start = stackalloc byte[2];
        random.Fill(start);

        // Starts anywhere, so that ids do not tell how old the device is; 24 bits in libsignal.
        var device = new LocalDevice(tag, RatchetParty.Create(Address(account, tag), random), 1u + BitConverter.ToUInt16(start));
        device.Rotate(now, random);
        return device;
    }

    public static LocalDevice Read(ReadOnlySpan<byte> bytes, AccountId account)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        DeviceTag.TryRead(reader.Bytes(DeviceTag.Size), out DeviceTag tag);
        uint registration = reader.UInt32();
        ReadOnlySpan<byte> secret = reader.Bytes(RatchetParty.SecretKeySize);
        uint next = reader.UInt32();
        int count = reader.Byte();
        if (!known || reader.IsDefect)
        {
            throw new InvalidDataException("The store gave a device that this version cannot read.");
        }

        var device = new LocalDevice(tag, RatchetParty.FromSecretKey(Address(account, tag), registration, secret), next);
        for (int i = 0; i < count; i++)
        {
            if (!SignedPreKey.TryDeserialize(reader.Bytes(SignedKeySize), out SignedPreKey? signed) || !KemPreKey.TryDeserialize(reader.Bytes(KemKeySize), out KemPreKey? kem))
            {
                device.Dispose();
                throw new InvalidDataException("The store gave a pre-key that this version cannot read.");
            }

            device._keys.Add((signed, kem));
        }

        return device;
    }

    /// <summary>The whole device with its secrets; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] bytes = new byte[HeaderSize + _keys.Count * (SignedKeySize + KemKeySize)];
        Span<byte> secret = stackalloc byte[RatchetParty.SecretKeySize];
        Party.ExportSecretKey(secret);
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Bytes(Tag.ToArray());
        writer.UInt32(Party.RegistrationId);
        writer.Bytes(secret);
        writer.UInt32(_nextKeyId);
        writer.Byte((byte)_keys.Count);
        CryptographicOperations.ZeroMemory(secret);
        foreach ((SignedPreKey signed, KemPreKey kem) in _keys)
        {
            foreach (byte[] key in new[] { signed.Serialize(), kem.Serialize() })
            {
                writer.Bytes(key);
                CryptographicOperations.ZeroMemory(key);
            }
        }

        return bytes;
    }

    public bool IsRotationDue(DateTimeOffset now, TimeSpan rotation) => now - _keys[^1].Signed.CreatedAt >= rotation;

    /// <summary>Makes new pre-keys and deletes those that nothing on its way can need any more.</summary>
    public void Rotate(DateTimeOffset now, IRandomSource random)
    {
        _keys.Add((Party.CreateSignedPreKey(_nextKeyId, now, random), Party.CreateKemPreKey(_nextKeyId, now, random)));
        _nextKeyId++;
        while (_keys.Count > MaxKeys || !IsUsable(_keys[0].Signed, now))
        {
            _keys[0].Signed.Dispose();
            _keys[0].Kem.Dispose();
            _keys.RemoveAt(0);
        }
    }

    /// <summary>The entry to publish.</summary>
    public DeviceRecord ToRecord(DateTimeOffset now) => new(Tag, now, Party.CreateBundle(_keys[^1].Signed, _keys[^1].Kem));

    /// <summary>Whether an entry names the newest keys.</summary>
    public bool IsCurrent(DeviceRecord? entry) => entry?.Bundle.IdentityKey == Party.IdentityKey && entry.Bundle.SignedPreKey == _keys[^1].Signed.PublicKey;

    /// <summary>
    /// The keys that a first message names, or null. Keys past their time are refused even where they still exist: the memory of
    /// used handshakes does not reach further.
    /// </summary>
    public PreKeySet? Find(HandshakeId handshake, DateTimeOffset now)
    {
        (SignedPreKey? signed, KemPreKey? kem) = _keys.Find(x => x.Signed.Id == handshake.SignedPreKeyId);
        return signed is null || handshake.OneTimePreKeyId is not null || !IsUsable(signed, now)
            ? null
            : new PreKeySet(signed, handshake.KemPreKeyId is null ? null : kem);
    }

    public void Dispose()
    {
        Party.Dispose();
        foreach ((SignedPreKey signed, KemPreKey kem) in _keys)
        {
            signed.Dispose();
            kem.Dispose();
        }
    }

    private static bool IsUsable(SignedPreKey key, DateTimeOffset now) => now - key.CreatedAt < DeviceLimits.PreKeyLifetime;
}
