using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Client.Ratchet;

/// <summary>The ratchet with one device, and what decides whether a version 1 copy goes along. Changed on a copy: nothing counts before it is committed.</summary>
internal sealed class DeviceSession : IDisposable
{
    /// <summary>Copies sent to a device that has not answered; then its account's word is taken that it reads ratchets.</summary>
    public const int MaxCopies = 3;

    private const byte Format = 1;
    private const int HeaderSize = 1 + 1 + X25519PublicKey.Size + 8 + 1;

    private DeviceSession(RatchetSession ratchet) => Ratchet = ratchet;

    public RatchetSession Ratchet { get; }

    /// <summary>When the device was last heard from.</summary>
    public DateTimeOffset HeardAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>Version 1 copies that went along since the session began.</summary>
    public int Copies { get; set; }

    /// <summary>Whether this device still needs a copy: it has not answered in this session, and the bound is not reached.</summary>
    public bool NeedsCopy => Ratchet.IsPending && Copies < MaxCopies;

    public static DeviceSession Create(RatchetParty local, RatchetAddress remote) => new(new RatchetSession(local, remote));

    public static DeviceSession Read(ReadOnlySpan<byte> bytes, RatchetParty local, RatchetAddress remote)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        bool hasIdentity = reader.Byte() != 0;
        X25519PublicKey identity = reader.Key();
        DateTimeOffset heard = reader.Time();
        int copies = reader.Byte();
        if (!known || reader.IsDefect
            || !RatchetSession.TryDeserialize(bytes[HeaderSize..], local, remote, TrustOnFirstUse.Instance, hasIdentity ? identity : null, out RatchetSession? ratchet))
        {
            throw new InvalidDataException("The store gave a session that this version cannot read.");
        }

        return new DeviceSession(ratchet) { HeardAt = heard, Copies = copies };
    }

    /// <summary>The whole session with its secrets; the caller zeroes it.</summary>
    public byte[] Write()
    {
        byte[] ratchet = Ratchet.Serialize();
        byte[] bytes = new byte[HeaderSize + ratchet.Length];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Byte(Ratchet.KnownIdentity is null ? (byte)0 : (byte)1);
        writer.Key(Ratchet.KnownIdentity ?? default);
        writer.Time(HeardAt);
        writer.Byte((byte)Copies);
        writer.Bytes(ratchet);
        CryptographicOperations.ZeroMemory(ratchet);
        return bytes;
    }

    public void Dispose() => Ratchet.Dispose();
}
