namespace Session.Protocol.Hosting;

/// <summary>A public network.</summary>
public enum SessionNetwork
{
    /// <summary>The network that everybody uses.</summary>
    Main = 0,

    /// <summary>The test network.</summary>
    Test,
}
