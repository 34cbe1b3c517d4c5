namespace Session.Protocol.Onion;

/// <summary>
/// Something on the network did not work. <see cref="Fault"/> says what, <see cref="IsTransient"/> whether trying again helps.
/// Texts never hold ids, keys or message content.
/// </summary>
public class OnionException : Exception
{
    /// <summary>Makes an exception.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="message">A sentence for a developer, without ids or content.</param>
    /// <param name="innerException">What caused it.</param>
    public OnionException(OnionFault fault, string message, Exception? innerException = null)
        : base(message, innerException) => Fault = fault;

    /// <summary>What went wrong.</summary>
    public OnionFault Fault { get; }

    /// <summary>True when the same call may succeed later or on another path; false when it never will.</summary>
    public bool IsTransient => Fault is not (OnionFault.Rejected or OnionFault.Unauthorized or OnionFault.TooLarge or OnionFault.NotFound);
}
