namespace Session.Protocol.Onion.Storage;

/// <summary>Which messages an expire request may change.</summary>
public enum ExpiryChange
{
    /// <summary>All: the new time replaces the old one.</summary>
    Set = 0,

    /// <summary>Only those that would expire later than the new time.</summary>
    Shorten,

    /// <summary>Only those that would expire earlier than the new time.</summary>
    Extend,
}
