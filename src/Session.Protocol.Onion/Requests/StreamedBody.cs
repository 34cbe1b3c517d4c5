namespace Session.Protocol.Onion.Requests;

/// <summary>A body that is too long for memory.</summary>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Open">
/// Gives a stream of exactly <paramref name="Length"/> bytes, always the same ones: it is called for each try, and two may be read at
/// the same time. The stream is disposed.
/// </param>
public sealed record StreamedBody(long Length, Func<Stream> Open);
