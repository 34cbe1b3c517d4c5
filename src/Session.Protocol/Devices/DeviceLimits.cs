namespace Session.Protocol.Devices;

/// <summary>Numbers of the device extension that both sides must agree on, and bounds of what a stranger may publish (protocol/32 §4, §5).</summary>
internal static class DeviceLimits
{
    /// <summary>Public outbox for capability records: −(20·400+1), so that anybody reads it and only the owner writes it.</summary>
    public const short RecordNamespace = -8001;

    /// <summary>Public inbox for ratcheted messages, which official clients do not poll.</summary>
    public const short MessageNamespace = 8010;

    /// <summary>Devices of one account. Each costs the sender one encryption per message; beyond it there is version 1.</summary>
    public const int MaxDevices = 10;

    /// <summary>Tags of devices that are gone, newest first.</summary>
    public const int MaxRemovedTags = 32;

    /// <summary>Suites in one record; three exist.</summary>
    public const int MaxSuites = 8;

    /// <summary>Largest signed record in bytes: 10 devices take 18.5 KB, the rest is room for what later versions add.</summary>
    public const int MaxRecordSize = 40_000;

    /// <summary>Jump of the record number when a device is new in an account that has records: the lost device may have published more than we see.</summary>
    public const uint RestoreJump = 1 << 20;

    /// <summary>How long a record is valid at most: as long as an outbox keeps it.</summary>
    public static readonly TimeSpan MaxRecordAge = TimeSpan.FromDays(30);

    /// <summary>How long a device stays listed that does not refresh its entry, which it does weekly.</summary>
    public static readonly TimeSpan MaxDeviceSilence = TimeSpan.FromDays(30);

    /// <summary>How far a record may be dated ahead of our clock.</summary>
    public static readonly TimeSpan MaxClockError = TimeSpan.FromDays(1);

    /// <summary>How long private pre-keys are kept: a record may be used for 30 days, and what was made from it waits 14 days in an inbox.</summary>
    public static readonly TimeSpan PreKeyLifetime = TimeSpan.FromDays(30 + 14);
}
