using System.Text;
using Session.Protocol.Accounts;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>Account ids and keys as text that somebody typed or sent.</summary>
internal sealed class AccountIdTarget : IFuzzTarget
{
    public static string Name => "account-id";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        if (AccountId.TryParse(text, out AccountId id))
        {
            FuzzFinding.Require(string.Equals(id.ToString(), text, StringComparison.OrdinalIgnoreCase), "An id is not what was parsed.");
        }

        if (Ed25519PublicKey.TryParse(text, out Ed25519PublicKey signingKey))
        {
            _ = AccountId.TryFromEd25519(signingKey, out _);
        }

        _ = X25519PublicKey.TryParse(text, out _);
        if (AccountId.TryCreate(input, out AccountId raw))
        {
            FuzzFinding.Require(raw.AsSpan().SequenceEqual(input), "An id is not what was read.");
        }
    }
}
