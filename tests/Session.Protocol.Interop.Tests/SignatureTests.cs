using System.Text.Json.Nodes;
using Session.Protocol.Cryptography;
using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests;

/// <summary>XEdDSA signatures of either side, judged by the other.</summary>
public class SignatureTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int Signatures = 60;
    private const int MaxMessage = 1_600;

    [Theory]
    [InlineData(Releases.Current)]
    [InlineData(Releases.Classic)]
    [InlineData(Releases.Legacy)]
    public async Task Signature_OfEitherSide_VerifiesOnTheOtherUnlessAltered(string release)
    {
        LibsignalProcess process = libsignal.Require(release);
        for (int seed = 0; seed < Signatures; seed++)
        {
            var random = new SeededRandomSource(seed);
            byte[] secret = Bytes(random, X25519.KeySize), message = Bytes(random, random.Next(MaxMessage)), point = new byte[Edwards25519.PointSize];
            KeyPairs.Clamp(secret);
            string publicKey = LibsignalParty.Hex(KeyPairs.PublicKey(secret));
            byte[] ours = new byte[XEdDSA.SignatureSize];
            XEdDSA.PublicPoint(secret, point);
            XEdDSA.Sign(secret, point, message, Bytes(random, XEdDSA.RandomSize), ours);

            byte[] theirs = LibsignalParty.Bytes(
                await process.CallAsync("sign", new JsonObject { ["key"] = LibsignalParty.Hex(secret), ["message"] = LibsignalParty.Hex(message) }), "signature");

            Assert.True(await TheyVerifyAsync(process, publicKey, message, ours), $"seed {seed}: ours does not verify there");
            Assert.True(XEdDSA.Verify(KeyPairs.PublicKey(secret).AsSpan(), message, theirs), $"seed {seed}: theirs does not verify here");

            int bit = random.Next(8 * XEdDSA.SignatureSize);
            ours[bit / 8] ^= (byte)(1 << (bit % 8));
            theirs[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(await TheyVerifyAsync(process, publicKey, message, ours), $"seed {seed}: ours verifies there with bit {bit} flipped");
            Assert.False(XEdDSA.Verify(KeyPairs.PublicKey(secret).AsSpan(), message, theirs), $"seed {seed}: theirs verifies here with bit {bit} flipped");
        }
    }

    private static async Task<bool> TheyVerifyAsync(LibsignalProcess process, string publicKey, byte[] message, byte[] signature) =>
        (await process.CallAsync(
            "verify",
            new JsonObject { ["key"] = publicKey, ["message"] = LibsignalParty.Hex(message), ["signature"] = LibsignalParty.Hex(signature) })).GetProperty("valid").GetBoolean();

    private static byte[] Bytes(SeededRandomSource random, int size)
    {
        byte[] bytes = new byte[size];
        random.Fill(bytes);
        return bytes;
    }
}
