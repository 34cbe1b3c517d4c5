namespace Session.Protocol.Ratchet;

/// <summary>
/// Where a ratchet session ends: one device of one peer. The name is free text of the application; this SDK uses
/// account id, colon, device tag (protocol/32 §4.5). An immutable value, compared by both parts.
/// </summary>
/// <param name="Name">Who. Never empty.</param>
/// <param name="Device">Which device, 1 to 127 in libsignal; 1 where the name already tells devices apart.</param>
public readonly record struct RatchetAddress(string Name, uint Device = 1)
{
    // A kind byte (0 account, 1 phone number identity), 16 bytes of UUID in network order, a device byte.
    internal const int ServiceIdSize = 18;

    private const string PhoneNumberPrefix = "PNI:";

    /// <summary>Name and device, separated by a dot.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Name}.{Device}";

    /// <summary>Writes the form that libsignal binds to its first messages. False for names that are no service ids.</summary>
    internal bool TryWriteServiceId(Span<byte> destination)
    {
        bool isPhone = Name.StartsWith(PhoneNumberPrefix, StringComparison.Ordinal);
        if (Device > byte.MaxValue || !Guid.TryParseExact(isPhone ? Name.AsSpan(PhoneNumberPrefix.Length) : Name, "D", out Guid uuid))
        {
            return false;
        }

        destination[0] = isPhone ? (byte)1 : (byte)0;
        destination[ServiceIdSize - 1] = (byte)Device;
        return uuid.TryWriteBytes(destination[1..], bigEndian: true, out _);
    }
}
