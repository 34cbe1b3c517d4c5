namespace Session.Protocol.Hosting;

/// <summary>What to do with a message of somebody whom the account has not accepted.</summary>
public enum RequestDecision
{
    /// <summary>Hand the message on and decide nothing: answering it accepts them.</summary>
    Pass = 0,

    /// <summary>Accept them, tell them so, and hand the message on.</summary>
    Accept,

    /// <summary>Drop this message. The next one asks again.</summary>
    Ignore,

    /// <summary>Drop this message and block them: no later one arrives.</summary>
    Block,
}
