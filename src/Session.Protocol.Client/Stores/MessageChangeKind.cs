namespace Session.Protocol.Client.Stores;

/// <summary>What a <see cref="MessageChange"/> does.</summary>
public enum MessageChangeKind
{
    /// <summary>Adds the message as the newest of its conversation; one that is there under the same key keeps its place and gets the new value.</summary>
    Put = 0,

    /// <summary>Lets the message go at a time, unless it goes before that; without a time, lets it stay for ever. Nothing where it is not there.</summary>
    Expire,

    /// <summary>Deletes the message, if it is there.</summary>
    Delete,

    /// <summary>Deletes all messages of the conversation.</summary>
    Clear,
}
