using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Outbox;

/// <summary>How a message fares on its way out.</summary>
internal sealed class OutboxDelivery(OutgoingMessage message)
{
    public OutgoingMessage Message => message;

    public IReadOnlyList<PartDelivery> Parts { get; } = [.. message.Parts.Where(x => !x.IsCopy).Select(x => new PartDelivery(x))];

    public IReadOnlyList<PartDelivery> Copies { get; } = [.. message.Parts.Where(x => x.IsCopy).Select(x => new PartDelivery(x))];

    public IEnumerable<AccountStateKey> Keys => message.Parts.Select(x => x.Key);

    /// <summary>These pieces are not sent any more, those of them that belong to this message.</summary>
    public void Withdraw(IReadOnlySet<AccountStateKey> pieces)
    {
        foreach (PartDelivery piece in Parts.Concat(Copies).Where(x => pieces.Contains(x.Part.Key)))
        {
            piece.Withdraw();
        }
    }

    /// <summary>Waits until a piece is on its way, each was tried, and so was the copy; one of the pieces is enough.</summary>
    public async Task<StoreResult> WaitAsync()
    {
        StoreResult result = await FirstStoredAsync().ConfigureAwait(false);
        await Task.WhenAll(Copies.Select(x => x.Tried)).ConfigureAwait(false);
        return result;
    }

    /// <summary>The result of a piece that was stored, of the one that names the message where there is a choice.</summary>
    /// <exception cref="Exception">Why none will ever be stored.</exception>
    public async Task<StoreResult> FirstStoredAsync()
    {
        await Task.WhenAll(Parts.Select(x => x.Tried)).ConfigureAwait(false);
        List<Task<StoreResult>> open = [.. Parts.OrderByDescending(x => x.Part == message.Named).Select(x => x.Stored)];
        while (true)
        {
            Task<StoreResult>? stored = open.Find(x => x.IsCompletedSuccessfully);
            if (stored is not null || open.TrueForAll(x => x.IsCompleted))
            {
                return await (stored ?? open[0]).ConfigureAwait(false);
            }

            await Task.WhenAny(open.Where(x => !x.IsCompleted)).ConfigureAwait(false);
        }
    }
}
