using System.Diagnostics.CodeAnalysis;

namespace Session.Protocol.Fuzz;

/// <summary>A decoder did not crash, but broke a promise.</summary>
public sealed class FuzzFinding(string message) : Exception(message)
{
    /// <summary>Reports a broken promise.</summary>
    public static void Require([DoesNotReturnIf(false)] bool promise, string message)
    {
        if (!promise)
        {
            throw new FuzzFinding(message);
        }
    }
}
