using Google.Protobuf;
using Session.Protocol.Devices;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What an account publishes about its devices, behind its signature: the account itself may be hostile.</summary>
internal sealed class CapabilityRecordTarget : IFuzzTarget
{
    /// <summary>When the records of the corpus are valid.</summary>
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    public static string Name => "capability-record";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        CapabilityRecordStatus status;
        CapabilityRecord? record;
        try
        {
            status = CapabilityRecordCodec.Read(input, Now, out record);
        }
        catch (InvalidProtocolBufferException)
        {
            // How the inner layer says that it is not a protobuf; CapabilityRecord.TryOpen makes a status of it.
            return;
        }

        FuzzFinding.Require((status == CapabilityRecordStatus.Ok) == (record is not null), "The status does not say whether there is a record.");
        if (record is null)
        {
            return;
        }

        FuzzFinding.Require(record.Devices.Count <= DeviceLimits.MaxDevices, "More devices than a sender encrypts to.");
        status = CapabilityRecordCodec.Read(CapabilityRecordCodec.Write(record), Now, out CapabilityRecord? again);
        FuzzFinding.Require(status == CapabilityRecordStatus.Ok && again!.Number == record.Number, $"Read, written and read again: {status}.");
    }
}
