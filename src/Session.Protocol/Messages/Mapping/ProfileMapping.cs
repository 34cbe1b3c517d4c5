using Google.Protobuf;

namespace Session.Protocol.Messages.Mapping;

/// <summary>The profile and its key, which travel side by side (protocol/11 §7).</summary>
internal static class ProfileMapping
{
    /// <summary>Takes a profile apart. The key belongs to the message around it, which clears it if it is in the result.</summary>
    public static UserProfile? Read(Wire.Profile? wire, ByteString key)
    {
        if (wire is null)
        {
            return null;
        }

        var profile = new UserProfile
        {
            DisplayName = FieldReader.TextCutToSize(wire.DisplayName, UserProfile.MaxDisplayNameSize),
            PictureUrl = FieldReader.OptionalText(wire.HasPictureUrl && wire.PictureUrl.Length <= UserProfile.MaxPictureUrlSize, wire.PictureUrl),
            PictureKey = key.Length == UserProfile.PictureKeySize ? key.Memory : default,
            UpdatedAtSeconds = wire.LastUpdateSeconds <= Limits.MaxTimeSeconds
                ? (long)wire.LastUpdateSeconds
                : throw new InvalidContentException(ContentDecodeResult.InvalidField),
        };
        wire.ClearDisplayName();
        wire.ClearPictureUrl();
        wire.ClearLastUpdateSeconds();
        return profile;
    }

    public static void Write(UserProfile profile, Wire.Profile wire)
    {
        if (profile.DisplayName.Length > 0)
        {
            wire.DisplayName = ByteString.CopyFromUtf8(profile.DisplayName);
        }

        if (profile.PictureUrl is { } url)
        {
            wire.PictureUrl = ByteString.CopyFromUtf8(url);
        }

        if (profile.UpdatedAtSeconds > 0)
        {
            wire.LastUpdateSeconds = (ulong)profile.UpdatedAtSeconds;
        }
    }
}
