using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>One end of a conversation, ours or libsignal's.</summary>
internal interface IParty
{
    string Name { get; }

    /// <summary>Fresh pre-keys, with the kinds that are asked for.</summary>
    Task<PreKeyBundle> MakeBundleAsync(bool withKem, bool withOneTime);

    /// <summary>Starts a session; one that exists is archived.</summary>
    Task StartAsync(IParty peer, PreKeyBundle bundle, RatchetSuite suite);

    /// <summary>Ends the session for sending.</summary>
    Task ArchiveAsync(IParty peer);

    Task<RatchetMessage> EncryptAsync(IParty peer, byte[] plaintext);

    Task<Opened> OpenAsync(IParty peer, RatchetMessage message);
}
