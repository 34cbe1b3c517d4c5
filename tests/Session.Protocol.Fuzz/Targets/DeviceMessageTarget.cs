using Session.Protocol.Devices;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What lies in the device namespace, inside the sealed box of version 1: an envelope of ratchet messages or a notice.</summary>
internal sealed class DeviceMessageTarget : IFuzzTarget
{
    private const long SentTimestampMs = 1_790_000_000_000;

    public static string Name => "device-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (DeviceMessage.TryRead(input) is not { } message)
        {
            return;
        }

        FuzzFinding.Require(message.Envelope is not null || message.Notice is not null, "A message that says nothing.");
        FuzzFinding.Require(DeviceMessage.TryRead(message.Write(SentTimestampMs)) is not null, "Written again it cannot be read.");
    }
}
