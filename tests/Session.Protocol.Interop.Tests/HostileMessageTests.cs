using Session.Protocol.Encodings;
using Session.Protocol.Interop.Tests.Conversations;
using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests;

/// <summary>Altered messages, as somebody on the way could make them: both sides refuse them, and the good message still opens.</summary>
public class HostileMessageTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int FlipsPerMessage = 12;
    private const int Rounds = 12;
    private const int RegistrationIdField = 5;
    private const int MessageField = 4;

    [Theory]
    [MemberData(nameof(Handshakes.All), MemberType = typeof(Handshakes))]
    public async Task Open_WithAFlippedBit_IsRefusedAndTheGoodMessageStillOpens(string release, RatchetSuite suite)
    {
        LibsignalProcess process = libsignal.Require(release);
        const int seed = 7;
        var random = new SeededRandomSource(seed);
        using var ours = new SdkParty(random);
        LibsignalParty theirs = await LibsignalParty.CreateAsync(process);
        IParty[] sides = [ours, theirs];
        for (int round = 0; round < Rounds; round++)
        {
            // Each fourth round begins with a first message; the side that starts changes.
            int from = (round / 4 + round) % 2;
            if (round % 4 == 0)
            {
                await sides[from].StartAsync(sides[1 - from], await sides[1 - from].MakeBundleAsync(suite != RatchetSuite.X3dh, withOneTime: true), suite);
            }

            byte[] plaintext = new byte[random.Next(200)];
            random.Fill(plaintext);
            RatchetMessage message = await sides[from].EncryptAsync(sides[1 - from], plaintext);
            Assert.Equal(round % 4 == 0 ? RatchetMessageType.PreKey : RatchetMessageType.Message, message.Type);
            for (int i = 0; i < FlipsPerMessage; i++)
            {
                byte[] altered = message.Bytes.ToArray();
                int at = AuthenticatedByte(message, random);
                altered[at] ^= (byte)(1 << random.Next(8));
                Opened refused = await sides[1 - from].OpenAsync(sides[from], message with { Bytes = altered });
                Assert.True(refused.Plaintext is null, $"seed {seed}, round {round}: side {1 - from} opened a {message.Type} message altered at byte {at} of {altered.Length}");
            }

            Opened opened = await sides[1 - from].OpenAsync(sides[from], message);
            Assert.True(opened.Plaintext is not null, $"seed {seed}, round {round}: side {1 - from} did not open the good message: {opened}");
            Assert.Equal(plaintext, opened.Plaintext);
        }
    }

    /// <summary>The registration id and the first byte of a first message are under no MAC; every other byte counts.</summary>
    private static int AuthenticatedByte(RatchetMessage message, SeededRandomSource random)
    {
        ReadOnlySpan<byte> bytes = message.Bytes.Span;
        if (message.Type == RatchetMessageType.Message)
        {
            return random.Next(bytes.Length);
        }

        int from = 0, to = 0;
        var reader = new ProtoReader(bytes[1..]);
        while (reader.TryRead(out ProtoField field))
        {
            if (field.Number == MessageField)
            {
                Assert.True(bytes.Overlaps(field.Bytes, out int offset));
                from = offset + field.Bytes.Length;
            }
            else if (field.Number == RegistrationIdField)
            {
                to = from + ProtoWriter.VarintFieldSize(field.Value);
            }
        }

        int at = 1 + random.Next(bytes.Length - 1 - (to - from));
        return at < from ? at : at + (to - from);
    }
}
