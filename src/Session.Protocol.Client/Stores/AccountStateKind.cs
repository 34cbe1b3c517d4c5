namespace Session.Protocol.Client.Stores;

/// <summary>What an <see cref="AccountState"/> is about. The numbers are part of stored data and never change.</summary>
public enum AccountStateKind
{
    /// <summary>This device: its name, identity key and pre-keys. One entry, of up to 40 KB.</summary>
    Device = 1,

    /// <summary>What an account published about its devices, and what it was sent and asked for. One entry per account, up to 45 KB.</summary>
    Peer = 2,

    /// <summary>The ratchet with one device. One entry per device of each peer, usually 1 to 3 KB.</summary>
    Session = 3,

    /// <summary>A handshake that must not be accepted twice. Many, and tiny.</summary>
    Handshake = 4,

    /// <summary>A decrypted message that was not handed to its handler yet: the ratchet cannot open it a second time.</summary>
    PendingMessage = 5,

    /// <summary>A sent message, kept for a peer that lost its state and asks for it again.</summary>
    SentMessage = 6,

    /// <summary>A piece of a sent message that the swarm has not stored yet, of up to 76 KB. Encrypted, but it names the recipient.</summary>
    OutgoingMessage = 7,

    /// <summary>Behind which time the next message goes. One entry of 8 bytes.</summary>
    SendTime = 8,

    /// <summary>What is known of another account: approval, block, profile, timers. One entry per contact, under 3 KB.</summary>
    Contact = 10,

    /// <summary>A message that its author has deleted, remembered for a day so that it is dropped if it arrives after the request. Many, and tiny.</summary>
    DeletedMessage = 11,

    /// <summary>When a message that was read goes, until the swarm has been told. Few, and tiny.</summary>
    ReadTimer = 12,

    /// <summary>A message in the account's own swarm that is to be deleted there, until the swarm has done it. Few, and tiny.</summary>
    CopyToDelete = 13,

    /// <summary>The name under which the account's own swarm stores a message, for as long as it does: it is needed to delete the message. One or two per message, 43 bytes.</summary>
    StoredCopy = 14,

    /// <summary>A group: this account's right to it, its outer keys, and what is still to be told. One entry per group, usually 1 KB.</summary>
    Group = 20,

    /// <summary>One signed change of a group; up to 4,096 per group, of 200 bytes to 8 KB.</summary>
    GroupChange = 21,

    /// <summary>The sender key of one device of a group's member. One entry per device, usually 150 bytes.</summary>
    GroupReader = 22,

    /// <summary>This device's own sender key in a group, and who has it. One entry per group, up to 60 KB.</summary>
    GroupWriter = 23,

    /// <summary>A stored message of a group that waits for its key; at most 256 per group.</summary>
    GroupWaiting = 24,

    /// <summary>How often a message's handler has failed. One entry per message under trial, 4 bytes.</summary>
    HandlerFailures = 30,

    /// <summary>A message whose handler failed too often, kept until it is tried again or the swarm would have dropped it.</summary>
    SetAsideMessage = 31,
}
