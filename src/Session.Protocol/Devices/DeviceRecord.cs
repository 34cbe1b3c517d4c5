using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Devices;

/// <summary>One device of an account, as its capability record lists it.</summary>
/// <param name="Tag">The device's name.</param>
/// <param name="RefreshedAt">When the device last wrote its entry, to the second.</param>
/// <param name="Bundle">Its keys. The identity key is the device's own; the account vouches for it with the signature over the record.</param>
internal sealed record DeviceRecord(DeviceTag Tag, DateTimeOffset RefreshedAt, PreKeyBundle Bundle)
{
    /// <summary>The first of the suites that the device's keys allow; <see cref="RatchetSuite.None"/> when there is none.</summary>
    public RatchetSuite Choose(IEnumerable<RatchetSuite> suites) =>
        suites.FirstOrDefault(x => x == RatchetSuite.X3dh || (x != RatchetSuite.None && Bundle.KemPreKeyId is not null));
}
