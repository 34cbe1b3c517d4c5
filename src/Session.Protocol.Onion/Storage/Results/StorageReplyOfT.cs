namespace Session.Protocol.Onion.Storage.Results;

/// <summary>A node's answer with the result of its request.</summary>
/// <typeparam name="T">The result.</typeparam>
public sealed record StorageReply<T> : StorageReply
    where T : class
{
    /// <summary>The result; null when the request was refused, or when the status says success but the body cannot be read.</summary>
    public T? Value { get; init; }

    /// <inheritdoc/>
    public override bool IsSuccess => Value is not null;
}
