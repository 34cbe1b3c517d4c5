using System.Security.Cryptography;
using CsCheck;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Tests.Cryptography;

public class RatchetPrimitivesTests
{
    private static readonly Gen<byte[]> Key = Gen.Byte.Array[32];

    [Fact]
    public void HmacSha256_CopiedState_GivesTheFrameworksMacs() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 300], Gen.Byte.Array[0, 300]).Sample(
            (key, first, second) =>
            {
                byte[] one = new byte[32], two = new byte[32];
                var mac = new HmacSha256(key);
                HmacSha256 copy = mac;
                mac.Append(first);
                mac.Finish(one);
                copy.Append(first);
                copy.Append(second);
                copy.Finish(two);
                return one.SequenceEqual(HMACSHA256.HashData(key, first)) && two.SequenceEqual(HMACSHA256.HashData(key, first.Concat(second).ToArray()));
            },
            iter: 300);

    [Fact]
    public void HkdfSha256_AnyInput_GivesTheFrameworksKeys() =>
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Byte.Array[0, 80], Gen.Byte.Array[0, 60], Gen.Int[0, 300]).Sample(
            (input, salt, info, size) =>
            {
                byte[] ours = new byte[size];
                HkdfSha256.DeriveKey(input, salt, info, ours);
                return size == 0 || ours.SequenceEqual(HKDF.DeriveKey(HashAlgorithmName.SHA256, input, size, salt, info));
            },
            iter: 300);

    [Fact]
    public void HkdfSha256_MoreThan255Blocks_IsRefused() =>
        Assert.Throws<ArgumentException>(() => HkdfSha256.DeriveKey([1], default, default, new byte[HkdfSha256.MaxOutputSize + 1]));

    [Fact]
    public void AesCbc_AnyText_OpensAgainAndEqualsTheFramework() =>
        Gen.Select(Key, Gen.Byte.Array[16], Gen.Byte.Array[0, 200]).Sample(
            (key, iv, text) =>
            {
                byte[] sealedText = new byte[AesCbc.CiphertextSize(text.Length)], opened = new byte[sealedText.Length];
                AesCbc.Encrypt(key, iv, text, sealedText);
                using Aes aes = Aes.Create();
                aes.Key = key;
                return sealedText.SequenceEqual(aes.EncryptCbc(text, iv))
                    && AesCbc.TryDecrypt(key, iv, sealedText, opened, out int size) && opened.AsSpan(0, size).SequenceEqual(text);
            },
            iter: 300);

    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(255)]
    [InlineData(15)]
    public void AesCbc_WrongPadding_IsRefusedAndLeavesNothing(byte padding)
    {
        byte[] key = new byte[32], iv = new byte[16], text = new byte[16], opened = new byte[16];
        text[^1] = padding;
        using Aes aes = Aes.Create();
        aes.Key = key;
        byte[] sealedText = aes.EncryptCbc(text, iv, PaddingMode.None);

        Assert.False(AesCbc.TryDecrypt(key, iv, sealedText, opened, out int size));
        Assert.Equal(0, size);
        Assert.All(opened, x => Assert.Equal(0, x));
        Assert.False(AesCbc.TryDecrypt(key, iv, sealedText.AsSpan(1), opened, out _));
        Assert.False(AesCbc.TryDecrypt(key, iv, [], [], out _));
    }

    [Fact]
    public void XEdDSA_AnyKey_SignsAndRefusesWhatIsChanged() =>
        Gen.Select(Key, Gen.Byte.Array[0, 100], Gen.Int[0, 511]).Sample(
            (secret, message, bit) =>
            {
                secret[0] &= 0xf8;
                secret[31] = (byte)((secret[31] & 0x7f) | 0x40);
                byte[] publicKey = new byte[32], point = new byte[32], signature = new byte[64];
                X25519.PublicKey(secret, publicKey);
                XEdDSA.PublicPoint(secret, point);
                XEdDSA.Sign(secret, point, message, new byte[64], signature);
                bool good = XEdDSA.Verify(publicKey, message, signature) && !XEdDSA.Verify(publicKey, [.. message, 1], signature) && !XEdDSA.Verify(publicKey, message, signature.AsSpan(1));
                signature[bit / 8] ^= (byte)(1 << (bit % 8));
                return good && !XEdDSA.Verify(publicKey, message, signature);
            },
            iter: 100);

    [Fact]
    public void IsPrimeOrderMontgomery_HonestKeysOnly_AreTaken()
    {
        byte[] key = new byte[32], zero = new byte[32], minusOne = Convert.FromHexString("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");
        X25519.PublicKey(RandomNumberGenerator.GetBytes(32), key);

        Assert.True(Edwards25519.IsPrimeOrderMontgomery(key));
        Assert.False(Edwards25519.IsPrimeOrderMontgomery(zero));
        Assert.False(Edwards25519.IsPrimeOrderMontgomery(minusOne));

        // The same key in a second form: the top bit, which X25519 ignores.
        key[31] |= 0x80;
        Assert.False(Edwards25519.IsPrimeOrderMontgomery(key));
    }

    [Fact]
    public void Kyber1024_BothSides_AgreeAndRefuseNoKeys()
    {
        byte[] publicKey = new byte[Kyber1024.PublicKeySize], secretKey = new byte[Kyber1024.SecretKeySize], ciphertext = new byte[Kyber1024.CiphertextSize];
        byte[] ours = new byte[32], theirs = new byte[32];
        Kyber1024.KeyPair(RandomSource.System, publicKey, secretKey);

        Assert.True(Kyber1024.TryEncapsulate(publicKey, RandomSource.System, ciphertext, ours));
        Assert.True(Kyber1024.TryDecapsulate(secretKey, ciphertext, theirs));
        Assert.Equal(ours, theirs);

        ciphertext[7] ^= 1;
        Assert.True(Kyber1024.TryDecapsulate(secretKey, ciphertext, theirs));
        Assert.NotEqual(ours, theirs);

        publicKey.AsSpan().Fill(0xff);
        Assert.False(Kyber1024.TryEncapsulate(publicKey, RandomSource.System, ciphertext, ours));
        Assert.All(ours, x => Assert.Equal(0, x));
    }

    [Fact]
    public void SecretBytes_Disposed_IsZeroAndRefused()
    {
        var secret = new SecretBytes([1, 2, 3]);
        Span<byte> memory = secret.Span;

        secret.Dispose();

        Assert.Equal([0, 0, 0], memory.ToArray());
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        Assert.Equal("[secret, 3 bytes]", secret.ToString());
    }
}
