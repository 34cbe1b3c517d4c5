namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>What a party made of a message.</summary>
/// <param name="Plaintext">Null when the message was refused.</param>
/// <param name="IsDuplicate">Whether it was refused as one that was opened before.</param>
/// <param name="Reason">Why it was refused, in the party's own words.</param>
internal sealed record Opened(byte[]? Plaintext, bool IsDuplicate = false, string Reason = "")
{
    public override string ToString() => Plaintext is null ? $"refused ({Reason})" : $"opened, {Plaintext.Length} bytes";
}
