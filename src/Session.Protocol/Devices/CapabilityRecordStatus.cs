namespace Session.Protocol.Devices;

/// <summary>What became of a capability record that somebody published.</summary>
internal enum CapabilityRecordStatus
{
    Ok = 0,

    /// <summary>Longer than <see cref="DeviceLimits.MaxRecordSize"/>.</summary>
    TooLarge,

    /// <summary>Not a record, or a key or tag has another length.</summary>
    Malformed,

    /// <summary>Of a later version.</summary>
    Version,

    /// <summary>Signed by another account.</summary>
    WrongAccount,

    /// <summary>The account's signature is wrong.</summary>
    BadSignature,

    /// <summary>Too many devices, suites or removed tags, a tag twice, or valid for too long.</summary>
    OutOfBounds,

    /// <summary>No longer valid.</summary>
    Expired,

    /// <summary>A signature over a pre-key is wrong.</summary>
    BadBundle,

    /// <summary>Its number is lower than one seen before: somebody rolled it back.</summary>
    RolledBack,
}
