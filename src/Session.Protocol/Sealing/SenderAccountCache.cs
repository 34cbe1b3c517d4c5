using Session.Protocol.Accounts;

namespace Session.Protocol.Sealing;

/// <summary>
/// The accounts of the last senders' signing keys. The conversion costs a third of opening a message (39 µs of 120), and
/// conversations repeat their senders. Keys and ids are public and the function is pure, so one table serves all accounts
/// of the process. A stranger who sends from many keys can only push entries out. Safe for concurrent use.
/// </summary>
internal static class SenderAccountCache
{
    /// <summary>Power of two; 66 bytes each. More than the people who write within one poll.</summary>
    private const int Slots = 256;

    private static readonly Lock Guard = new();
    private static readonly Entry[] Table = new Entry[Slots];

    /// <summary>The account of a key that a signature was verified with; false for a key outside the prime-order subgroup.</summary>
    public static bool TryGet(Ed25519PublicKey key, out AccountId account)
    {
        int slot = key.AsSpan()[0] & (Slots - 1);
        lock (Guard)
        {
            ref readonly Entry entry = ref Table[slot];
            if (entry.IsUsed && entry.Key == key)
            {
                account = entry.Account;
                return true;
            }
        }

        if (!AccountId.TryFromEd25519(key, out account))
        {
            return false;
        }

        lock (Guard)
        {
            Table[slot] = new Entry(key, account);
        }

        return true;
    }

    private readonly struct Entry(Ed25519PublicKey key, AccountId account)
    {
        public bool IsUsed { get; } = true;

        public Ed25519PublicKey Key { get; } = key;

        public AccountId Account { get; } = account;
    }
}
