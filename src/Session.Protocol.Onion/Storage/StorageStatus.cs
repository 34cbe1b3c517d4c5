namespace Session.Protocol.Onion.Storage;

/// <summary>Statuses of the storage RPC (protocol/21 §8).</summary>
internal static class StorageStatus
{
    public const int Success = 200;
    public const int Unauthorized = 401;
    public const int NotFound = 404;
    public const int WrongClock = 406;
    public const int TooLarge = 413;
    public const int WrongSwarm = 421;
    public const int TooEarly = 425;
    public const int RateLimited = 429;
    public const int Failed = 500;
    public const int BadGateway = 502;
    public const int GatewayTimedOut = 504;

    /// <summary>The fault that a status stands for. A success that cannot be read or proves nothing is an invalid answer.</summary>
    public static OnionFault ToFault(int status) => status switch
    {
        Success => OnionFault.InvalidResponse,
        Unauthorized => OnionFault.Unauthorized,
        NotFound => OnionFault.NotFound,
        WrongClock or TooEarly => OnionFault.ClockOutOfSync,
        TooLarge => OnionFault.TooLarge,
        WrongSwarm => OnionFault.WrongSwarm,
        RateLimited => OnionFault.RateLimited,
        BadGateway or GatewayTimedOut => OnionFault.DestinationFailed,
        >= Failed => OnionFault.ServerBusy,
        _ => OnionFault.Rejected,
    };
}
