using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Tests.Stores;

/// <summary>What every <see cref="IMessageStore"/> must do beside what every account store does.</summary>
public abstract class MessageStoreContract : AccountStoreContract
{
    protected static readonly AccountId Friend = AccountId.Parse("05" + new string('d', 64));
    protected static readonly AccountId Group = AccountId.Parse("03" + new string('e', 64));

    private CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IMessageStore OpenMessages() => (IMessageStore)Open();

    [Fact]
    public async Task ListMessagesAsync_Pages_AreNewestFirstAndKeepConversationsApart()
    {
        IMessageStore store = OpenMessages();
        for (byte i = 1; i <= 7; i++)
        {
            await CommitAsync(store, Put(Friend, i), Put(Group, (byte)(100 + i)));
        }

        IReadOnlyList<MessageEntry> first = await store.ListMessagesAsync(Friend, long.MaxValue, 3, Cancel);
        IReadOnlyList<MessageEntry> second = await store.ListMessagesAsync(Friend, first[^1].Number, 3, Cancel);
        IReadOnlyList<MessageEntry> third = await store.ListMessagesAsync(Friend, second[^1].Number, 3, Cancel);

        Assert.Equal([7, 6, 5], Values(first));
        Assert.Equal([4, 3, 2], Values(second));
        Assert.Equal([1], Values(third));
        Assert.Empty(await store.ListMessagesAsync(Friend, third[^1].Number, 3, Cancel));
        Assert.Equal([107, 106], Values(await store.ListMessagesAsync(Group, long.MaxValue, 2, Cancel)));
        Assert.Empty(await store.ListMessagesAsync(Account, long.MaxValue, 3, Cancel));
        Assert.Empty(await store.ListMessagesAsync(Friend, long.MinValue, 3, Cancel));
    }

    [Fact]
    public async Task CommitAsync_PutAgain_ReplacesInItsPlace()
    {
        IMessageStore store = OpenMessages();
        await CommitAsync(store, Put(Friend, 1), Put(Friend, 2));

        await CommitAsync(store, Put(Friend, 1) with { Value = new byte[] { 9 } });

        Assert.Equal([2, 9], await ReadAsync(store, Friend));
    }

    [Fact]
    public async Task CommitAsync_Delete_TakesTheMessageOfItsConversationOnly()
    {
        IMessageStore store = OpenMessages();
        await CommitAsync(store, Put(Friend, 1), Put(Friend, 2), Put(Group, 3), Put(Group, 4));

        // Somebody in a group must not delete what was said elsewhere.
        await CommitAsync(store, Delete(Group, 1), Delete(Friend, 2), Delete(null, 3), Delete(Friend, 7));

        Assert.Equal([1], await ReadAsync(store, Friend));
        Assert.Equal([4], await ReadAsync(store, Group));
    }

    [Fact]
    public async Task CommitAsync_Clear_TakesTheConversationAndItGoesOn()
    {
        IMessageStore store = OpenMessages();
        await CommitAsync(store, Put(Friend, 1), Put(Friend, 2), Put(Group, 3));

        await CommitAsync(store, new MessageChange(MessageChangeKind.Clear, Friend, default));
        Assert.Empty(await ReadAsync(store, Friend));
        await CommitAsync(store, Put(Friend, 4));

        Assert.Equal([4], await ReadAsync(store, Friend));
        Assert.Equal([3], await ReadAsync(store, Group));
    }

    [Fact]
    public async Task CommitAsync_MoreThanAreKept_TakesTheOldestOfTheConversation()
    {
        IMessageStore store = OpenMessages();
        await CommitAsync(store, Put(Group, 100));
        for (byte i = 1; i <= 9; i++)
        {
            await CommitAsync(store, Put(Friend, i) with { MaxMessages = 4 });
        }

        Assert.Equal([9, 8, 7, 6], await ReadAsync(store, Friend));
        Assert.Equal([100], await ReadAsync(store, Group));
    }

    [Fact]
    public async Task ListMessagesAsync_Expired_AreGoneAndTheirPlaceInThePageIsTaken()
    {
        IMessageStore store = OpenMessages();
        DateTimeOffset soon = Time.GetUtcNow().AddMinutes(1);
        await CommitAsync(store, Put(Friend, 1), Put(Friend, 2) with { ExpiresAt = soon }, Put(Friend, 3) with { ExpiresAt = soon }, Put(Friend, 4));
        Assert.Equal([soon], (await store.ListMessagesAsync(Friend, 4, 1, Cancel)).Select(x => x.ExpiresAt));

        Time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([4, 1], Values(await store.ListMessagesAsync(Friend, long.MaxValue, 2, Cancel)));
    }

    [Fact]
    public async Task CommitAsync_Expire_ShortensOrLiftsAndNeverProlongs()
    {
        IMessageStore store = OpenMessages();
        DateTimeOffset now = Time.GetUtcNow();
        await CommitAsync(store, Put(Friend, 1), Put(Friend, 2) with { ExpiresAt = now.AddHours(1) });

        await CommitAsync(store, Expire(1, now.AddMinutes(5)), Expire(2, now.AddHours(9)), Expire(3, now.AddMinutes(5)));

        Assert.Equal([now.AddHours(1), now.AddMinutes(5)], (await store.ListMessagesAsync(Friend, long.MaxValue, 9, Cancel)).Select(x => x.ExpiresAt));
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([2], await ReadAsync(store, Friend));

        await CommitAsync(store, Expire(2, null), Expire(3, null));
        Time.Advance(TimeSpan.FromDays(400));
        await CommitAsync(store, Put(Group, 9));

        Assert.Equal([2], await ReadAsync(store, Friend));
    }

    [Fact]
    public async Task CommitAsync_ManyAtOnce_AllAreThereInTheOrderOfEachAuthor()
    {
        IMessageStore store = OpenMessages();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(author => Task.Run(
            async () =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await CommitAsync(store, Put(Friend, (byte)((author * 10) + i)), Put(Group, (byte)(100 + (author * 10) + i)));
                }
            },
            Cancel)));

        foreach (AccountId conversation in new[] { Friend, Group })
        {
            IReadOnlyList<MessageEntry> all = await store.ListMessagesAsync(conversation, long.MaxValue, 100, Cancel);
            Assert.Equal(80, all.Count);
            Assert.Equal(Enumerable.Range(1, 80).Reverse().Select(x => (long)x), all.Select(x => x.Number));
            Assert.All(Values(all).Reverse().GroupBy(x => x / 10), author => Assert.Equal(author.Order(), author));
        }
    }

    /// <summary>Any order of changes leaves what a plain list would hold.</summary>
    [Fact]
    public async Task Messages_AnyChanges_AreThoseOfAList()
    {
        IMessageStore store = OpenMessages();
        var model = new List<(byte Key, byte Value, DateTimeOffset? End)>();
        (int, byte, byte)[] operations = Gen.Select(Gen.Int[0, 9], Gen.Byte[0, 20], Gen.Byte).Array[400].Single();
        foreach ((int kind, byte key, byte value) in operations)
        {
            DateTimeOffset now = Time.GetUtcNow();
            int at = model.FindIndex(x => x.Key == key);
            switch (kind)
            {
                case < 5:
                    DateTimeOffset? end = kind == 0 ? now.AddHours(value) : null;
                    await CommitAsync(store, Put(Friend, key) with { Value = new[] { value }, ExpiresAt = end, MaxMessages = 1_000 });
                    if (at >= 0)
                    {
                        model[at] = (key, value, end);
                    }
                    else
                    {
                        model.Add((key, value, end));
                    }

                    break;
                case < 8:
                    await CommitAsync(store, Delete(Friend, key));
                    _ = model.RemoveAll(x => x.Key == key);
                    break;
                case 8:
                    await CommitAsync(store, Expire(key, now.AddHours(value)));
                    if (at >= 0 && !(model[at].End < now.AddHours(value)))
                    {
                        model[at] = model[at] with { End = now.AddHours(value) };
                    }

                    break;
                default:
                    Time.Advance(TimeSpan.FromMinutes(value));
                    await CommitAsync(store, [.. model.Where(x => x.End <= Time.GetUtcNow()).Select(x => Delete(Friend, x.Key))]);
                    _ = model.RemoveAll(x => x.End <= Time.GetUtcNow());
                    break;
            }

            Assert.Equal(model.Where(x => x.End is not { } until || until > Time.GetUtcNow()).Select(x => x.Value).Reverse(), await ReadAsync(store, Friend));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData((128 * 1_024) + 1)]
    public async Task CommitAsync_PutOfAWrongSize_IsRefusedWhole(int size)
    {
        IMessageStore store = OpenMessages();

        await Assert.ThrowsAsync<ArgumentException>(() => CommitAsync(store, Put(Friend, 1), Put(Friend, 2) with { Value = new byte[size] }));

        Assert.Empty(await ReadAsync(store, Friend));
    }

    [Fact]
    public async Task DestroyAsync_Messages_CannotBeReadAnyMore()
    {
        IMessageStore store = OpenMessages();
        await CommitAsync(store, Put(Friend, 1));

        await store.DestroyAsync(Cancel);

        await Assert.ThrowsAsync<ObjectDisposedException>(() => ReadAsync(store, Friend));
    }

    protected static MessageChange Put(AccountId conversation, byte message) => new(MessageChangeKind.Put, conversation, Key(message)) { Value = new[] { message } };

    protected static MessageChange Delete(AccountId? conversation, byte message) => new(MessageChangeKind.Delete, conversation, Key(message));

    private static MessageChange Expire(byte message, DateTimeOffset? at) => new(MessageChangeKind.Expire, Friend, Key(message)) { ExpiresAt = at };

    private static MessageKey Key(byte message) => new(Account, 1_790_000_000_000 + message);

    private static IEnumerable<byte> Values(IEnumerable<MessageEntry> entries) => entries.Select(x => x.Value.ToArray().Single());

    private async Task<IEnumerable<byte>> ReadAsync(IMessageStore store, AccountId conversation) => Values(await store.ListMessagesAsync(conversation, long.MaxValue, 1_000, Cancel));

    private Task CommitAsync(IMessageStore store, params MessageChange[] changes) => store.CommitAsync(new AccountChanges { Messages = changes }, Cancel).AsTask();
}
