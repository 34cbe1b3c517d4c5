namespace Session.Protocol.Onion.Files;

/// <summary>The newest release of an official client, as a file server reports it.</summary>
/// <param name="Version">For example <c>v1.16.0</c>.</param>
/// <param name="UpdatedAt">When the server last looked; null if it did not say.</param>
public sealed record ClientRelease(string Version, DateTimeOffset? UpdatedAt);
