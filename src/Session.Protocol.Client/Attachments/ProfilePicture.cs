namespace Session.Protocol.Client.Attachments;

/// <summary>An uploaded picture: both parts go into <see cref="Messages.UserProfile"/>. Prints nothing of it.</summary>
/// <param name="Url">Where it lies.</param>
/// <param name="Key">Its key, 32 bytes.</param>
public sealed record ProfilePicture(string Url, ReadOnlyMemory<byte> Key)
{
    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(ProfilePicture);
}
