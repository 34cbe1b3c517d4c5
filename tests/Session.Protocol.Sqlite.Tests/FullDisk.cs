using Session.Protocol.Client.Stores;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>A disk without room, as far as SQLite is concerned: the file may have no page more than it has, and its pages are full.</summary>
internal static class FullDisk
{
    /// <summary>So many entries in a row that found no room, wherever in the table they belong, leave none for any other.</summary>
    private const int Refusals = 100;

    public static async Task FillAsync(this SqliteAccountStore store)
    {
        await store.AllowAsync(await store.PragmaAsync("page_count"));
        await FillAsync(store, i => new AccountChanges { Handled = [new HandledMessage($"{i}", DateTimeOffset.MaxValue.AddDays(-2), Key: null)] });
        await FillAsync(store, i => new AccountChanges { States = [new AccountState(new AccountStateKey(AccountStateKind.Handshake, $"{i}"), new byte[] { 1 })] });
    }

    public static Task MakeRoomAsync(this SqliteAccountStore store) => store.AllowAsync(1_000_000);

    /// <summary>Sets the largest size of the file, in pages.</summary>
    public static async Task AllowAsync(this SqliteAccountStore store, long pages) => Assert.Equal(pages, await store.PragmaAsync($"max_page_count = {pages}"));

    private static async Task FillAsync(SqliteAccountStore store, Func<int, AccountChanges> smallest)
    {
        for (int refused = 0, i = 0; refused < Refusals; i++)
        {
            try
            {
                await store.CommitAsync(smallest(i));
                refused = 0;
            }
            catch (SqliteStoreException e) when (e.Fault == SqliteStoreFault.DiskFull)
            {
                refused++;
            }
        }
    }
}
