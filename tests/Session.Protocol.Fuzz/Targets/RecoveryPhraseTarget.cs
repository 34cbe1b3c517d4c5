using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What somebody types as a recovery phrase.</summary>
internal sealed class RecoveryPhraseTarget : IFuzzTarget
{
    public static string Name => "recovery-phrase";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        Span<byte> seed = stackalloc byte[SessionIdentity.SeedSize];
        Span<byte> again = stackalloc byte[SessionIdentity.SeedSize];
        if (RecoveryPhrase.TryDecode(Encoding.UTF8.GetString(input), seed, out _))
        {
            string phrase = RecoveryPhrase.Encode(seed[..SessionIdentity.ShortSeedSize]);
            FuzzFinding.Require(RecoveryPhrase.TryDecode(phrase, again, out _) && seed.SequenceEqual(again), "A phrase changes when it is written again.");
        }
    }
}
