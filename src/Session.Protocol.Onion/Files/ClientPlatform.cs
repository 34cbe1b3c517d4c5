namespace Session.Protocol.Onion.Files;

/// <summary>An official client, by where it runs.</summary>
public enum ClientPlatform
{
    /// <summary>Linux, macOS and Windows.</summary>
    Desktop = 0,

    /// <summary>Android.</summary>
    Android,

    /// <summary>iOS.</summary>
    Ios,
}
