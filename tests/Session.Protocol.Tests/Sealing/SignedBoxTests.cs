using System.Security.Cryptography;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Sealing;

namespace Session.Protocol.Tests.Sealing;

public class SignedBoxTests
{
    [Theory]
    [InlineData(160, "8c7630bcc6ad6f3aac3678c8e37f7e0cfd7b28571681471b6a621ff4f35055e52a0ca82770f98c7ab41938e6d14b2c869b43e5b3b3091a89ab24e87f23a88406", "7fc8696c9887de5a499f8782b53fb8d40360009eba90f4f4aba0f8406a68bd04")]
    [InlineData(159, "6b4ce0126d162e2aa3eb92076325717f63dd3de4fc87efef002d059ea7c5b86abad193e82c0acf82b7c4bfc3c3f17b348558a0cb632613fca1033e47c5b0200d", "7680c6cc84b26b84e08d86153288612cf8e947a67b5896c94818acfd6b285a53")]
    public void Seal_WorkedExampleInBothPaddings_GivesSignatureAndBox(int paddedSize, string signature, string boxHash)
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();
        byte[] box = new byte[paddedSize + SignedBox.Overhead];
        Span<byte> message = box.AsSpan(SignedBox.MessageOffset, paddedSize);
        MessagePadding.Pad(WorkedExamples.Content, message);
        byte[] signed = new byte[paddedSize + 96];
        message.CopyTo(signed);

        SignedBox.Sign(sender, recipient.EncryptionKey, signed);
        SignedBox.Seal(sender, recipient.EncryptionKey, WorkedExamples.EphemeralSecret, box);

        Assert.Equal(signature, Convert.ToHexStringLower(signed[^64..]));
        byte[] hash = new byte[32];
        Blake2b.Hash(box, hash);
        Assert.Equal(boxHash, Convert.ToHexStringLower(hash));
        Assert.True(Convert.FromBase64String(paddedSize == 160 ? WorkedExamples.StoredNew : WorkedExamples.StoredOld).AsSpan().IndexOf(box) > 0);
    }

    [Fact]
    public void DecoySignature_WorkedExample_GivesItsBytes()
    {
        byte[] signature = new byte[64];

        DecoySignature.Write(WorkedExamples.DecoyScalars, signature);

        Assert.Equal(
            "a64878c7d0248aa9f9d2687469473cc8f5850fea758fecd33504712e4c5888eb0202020202020202020202020202020202020202020202020202020202020200",
            Convert.ToHexStringLower(signature));
    }

    [Fact]
    public void SealDeterministic_SameInput_GivesTheSameBytes_AnotherMessageAnotherKey()
    {
        using SessionIdentity self = WorkedExamples.Sender();
        byte[] Seal(byte first)
        {
            byte[] box = new byte[10 + SignedBox.Overhead];
            box[SignedBox.MessageOffset] = first;
            SignedBox.SealDeterministic(self, self.EncryptionKey, box);
            return box;
        }

        Assert.Equal(Seal(1), Seal(1));
        Assert.NotEqual(Seal(1)[..32], Seal(2)[..32]);
    }

    [Fact]
    public void Open_AnyMessageSealed_ComesBack_AndNoFlippedBitOpens() => Gen.Select(Gen.Byte.Array[0, 300], Gen.Int[0, int.MaxValue]).Sample(
        (message, position) =>
        {
            using SessionIdentity sender = WorkedExamples.Sender();
            using SessionIdentity recipient = WorkedExamples.Recipient();
            byte[] box = new byte[message.Length + SignedBox.Overhead];
            message.CopyTo(box, SignedBox.MessageOffset);
            SignedBox.Seal(sender, recipient.EncryptionKey, RandomNumberGenerator.GetBytes(32), box);
            Assert.Equal(OpenStatus.Opened, Open(recipient, box, out byte[] signed));
            Assert.Equal(message, signed[..message.Length]);

            box[position % box.Length] ^= (byte)(1 << (position % 8));

            // X25519 ignores the top bit of the key, but the nonce covers it.
            Assert.Equal(OpenStatus.CannotOpen, Open(recipient, box, out signed));
            Assert.All(signed, x => Assert.Equal(0, x));
        },
        iter: 50);

    [Fact]
    public void SenderAccountCache_ManyKeys_AlwaysAnswersLikeTheConversion()
    {
        SessionIdentity[] identities = [.. Enumerable.Range(0, 600).Select(_ => SessionIdentity.Create())];
        for (int round = 0; round < 2; round++)
        {
            foreach (SessionIdentity identity in identities)
            {
                Assert.True(SenderAccountCache.TryGet(identity.SigningKey, out AccountId account));
                Assert.Equal(identity.AccountId, account);
            }
        }

        Assert.False(SenderAccountCache.TryGet(default, out _));
        foreach (SessionIdentity identity in identities)
        {
            identity.Dispose();
        }
    }

    private static OpenStatus Open(SessionIdentity recipient, byte[] box, out byte[] signed)
    {
        byte[] secret = new byte[32];
        recipient.CopyEncryptionSecret(secret);
        signed = [.. Enumerable.Repeat((byte)0xcc, box.Length - SignedBox.MessageOffset)];
        return SignedBox.Open(secret, recipient.EncryptionKey, box, signed, out _, out _);
    }
}
