using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a node finds inside a layer, which only the sender's honesty shapes.</summary>
internal sealed class OnionLayerTarget : IFuzzTarget
{
    public static string Name => "onion-layer";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (PeeledLayer.TryParse(input.ToArray(), out PeeledLayer? layer) && layer is PeeledLayer.ToNode relay)
        {
            _ = OnionParty.TryOpen(relay.Request);
        }
    }
}
