namespace Session.Protocol.Accounts;

/// <summary>The first byte of an account id: what the 32 bytes behind it are (protocol/10 §6).</summary>
public enum AccountIdPrefix
{
    /// <summary>No prefix: the default value of <see cref="AccountId"/>, which is nobody.</summary>
    None = 0,

    /// <summary>A group (2025 kind); an Ed25519 key follows.</summary>
    Group = 0x03,

    /// <summary>An account; an X25519 key follows.</summary>
    Standard = 0x05,

    /// <summary>A blinded id in a community, older scheme.</summary>
    Blinded15 = 0x15,

    /// <summary>A blinded id in a community, newer scheme.</summary>
    Blinded25 = 0x25,
}
