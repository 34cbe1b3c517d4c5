namespace Session.Protocol.Onion.Storage.Results;

/// <summary>The answers to a batch or sequence.</summary>
public sealed class BatchResult
{
    private readonly IReadOnlyList<StorageRequest> _requests;

    internal BatchResult(IReadOnlyList<StorageRequest> requests, IReadOnlyList<StorageReply> replies)
    {
        _requests = requests;
        Replies = replies;
    }

    /// <summary>One for each request, in order; a sequence ends with the first that failed.</summary>
    public IReadOnlyList<StorageReply> Replies { get; }

    /// <summary>The answer to one of the requests.</summary>
    /// <typeparam name="T">The request's result.</typeparam>
    /// <param name="request">The very object that is in the batch.</param>
    /// <returns>The answer, or null when a sequence ended before it.</returns>
    /// <exception cref="ArgumentException">The request is not in this batch.</exception>
    public StorageReply<T>? For<T>(StorageRequest<T> request)
        where T : class
    {
        for (int i = 0; i < _requests.Count; i++)
        {
            if (ReferenceEquals(_requests[i], request))
            {
                return i < Replies.Count ? (StorageReply<T>)Replies[i] : null;
            }
        }

        throw new ArgumentException("The request is not in this batch.", nameof(request));
    }
}
