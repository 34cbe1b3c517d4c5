using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What arrives at a node or server: an envelope with a ciphertext.</summary>
internal sealed class OnionRequestTarget : IFuzzTarget
{
    public static string Name => "onion-request";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (OnionHopRequest.TryParse(input.ToArray(), out OnionHopRequest? request))
        {
            FuzzFinding.Require(request.Data.Length < input.Length, "The data is longer than its envelope.");
            FuzzFinding.Require(!OnionParty.TryOpen(request), "A layer for somebody else was opened.");
        }
    }
}
