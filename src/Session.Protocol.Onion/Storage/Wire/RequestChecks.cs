using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Misuse that requests refuse when they are made, before a node would.</summary>
internal static class RequestChecks
{
    public static void Credentials(AccountId account, SwarmCredentials? credentials, bool required)
    {
        if (credentials is null)
        {
            if (required)
            {
                throw new ArgumentException("This namespace needs credentials.", nameof(credentials));
            }
        }
        else if (credentials.Account != account)
        {
            throw new ArgumentException("The credentials are those of another account.", nameof(credentials));
        }
    }

    /// <summary>A copy of the list, not empty and of hashes only.</summary>
    public static string[] Hashes(IEnumerable<string> hashes)
    {
        ArgumentNullException.ThrowIfNull(hashes);
        string[] copy = [.. hashes];
        if (copy.Length == 0 || !Array.TrueForAll(copy, hash => MessageHash.IsWellFormed(hash)))
        {
            throw new ArgumentException("Expected one or more message hashes of 43 characters of base64.", nameof(hashes));
        }

        return copy;
    }

    public static long Milliseconds(DateTimeOffset time)
    {
        // Nodes refuse smaller values, which are seconds by mistake.
        ArgumentOutOfRangeException.ThrowIfLessThan(time, DateTimeOffset.UnixEpoch.AddMilliseconds(1_000_000_000));
        return time.ToUnixTimeMilliseconds();
    }
}
