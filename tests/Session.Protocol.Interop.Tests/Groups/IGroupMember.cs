using Session.Protocol.Interop.Tests.Peers;

namespace Session.Protocol.Interop.Tests.Groups;

/// <summary>One member of a group, ours or libsignal's.</summary>
internal interface IGroupMember
{
    string Name { get; }

    /// <summary>The member's current distribution; the first call makes its chain.</summary>
    Task<byte[]> DistributeAsync();

    /// <summary>Forgets the chain and gives the distribution of a new one.</summary>
    Task<byte[]> RotateAsync();

    Task ProcessAsync(IGroupMember author, byte[] distribution);

    Task<byte[]> EncryptAsync(byte[] plaintext);

    Task<Opened> OpenAsync(IGroupMember author, byte[] message);
}
