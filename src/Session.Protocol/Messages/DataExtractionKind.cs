namespace Session.Protocol.Messages;

/// <summary>What was done with a message's content. The numbers are those of the wire.</summary>
public enum DataExtractionKind
{
    /// <summary>A picture of the screen was taken.</summary>
    Screenshot = 1,

    /// <summary>An attachment was saved.</summary>
    MediaSaved = 2,
}
