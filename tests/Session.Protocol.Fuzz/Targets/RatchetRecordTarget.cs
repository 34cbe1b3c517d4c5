using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>Stored sessions and pre-keys, damaged on disk.</summary>
internal sealed class RatchetRecordTarget : IFuzzTarget
{
    private static readonly RatchetParty Local = RatchetParty.Create(new RatchetAddress("bob"));
    private static readonly RatchetAddress Remote = new("alice");

    public static string Name => "ratchet-record";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (SignedPreKey.TryDeserialize(input, out SignedPreKey? signed))
        {
            signed.Dispose();
        }

        if (OneTimePreKey.TryDeserialize(input, out OneTimePreKey? oneTime))
        {
            oneTime.Dispose();
        }

        if (KemPreKey.TryDeserialize(input, out KemPreKey? kem))
        {
            kem.Dispose();
        }

        if (RatchetSession.TryDeserialize(input, Local, Remote, null, null, out RatchetSession? session))
        {
            using (session)
            {
                byte[] written = session.Serialize();
                bool again = RatchetSession.TryDeserialize(written, Local, Remote, null, null, out RatchetSession? second);
                FuzzFinding.Require(again && second!.Serialize().AsSpan().SequenceEqual(written), "A session changes when it is written and read again.");
                second!.Dispose();
            }
        }
    }
}
