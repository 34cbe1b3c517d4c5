using Session.Protocol.SenderKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>Stored sender-key sessions, damaged on disk. One that reads can be worked with.</summary>
internal sealed class SenderKeyRecordTarget : IFuzzTarget
{
    public static string Name => "sender-key-record";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (!SenderKeySession.TryDeserialize(input, out SenderKeySession? session))
        {
            return;
        }

        using (session)
        {
            FuzzFinding.Require(session.Serialize().AsSpan().SequenceEqual(input), "A session changes when it is read and written again.");
            if (session.Encrypt("x"u8, out byte[] message) == SenderKeyStatus.Ok)
            {
                FuzzFinding.Require(session.Decrypt(message).Status == SenderKeyStatus.Duplicate, "An author reads its own message.");
            }

            SenderKeyAuthor.Read(session.Serialize()).Dispose();
        }
    }
}
