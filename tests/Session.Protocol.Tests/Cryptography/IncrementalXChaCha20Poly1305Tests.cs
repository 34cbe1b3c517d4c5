using CsCheck;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Tests.Cryptography;

/// <summary>Compared with libsodium's function for texts in one piece.</summary>
public class IncrementalXChaCha20Poly1305Tests
{
    private static readonly Gen<byte[]> Key = Gen.Byte.Array[32];
    private static readonly Gen<byte[]> Nonce = Gen.Byte.Array[24];

    [Fact]
    public void Encrypt_AnyPieces_GivesWhatOnePieceGives() =>
        Gen.Select(Key, Nonce, Gen.Byte.Array[0, 700], Gen.Int[0, 200].Array[0, 12]).Sample(
            (key, nonce, text, cuts) =>
            {
                using var cipher = new IncrementalXChaCha20Poly1305(key, nonce);
                byte[] ours = [.. text, .. new byte[16]];
                int start = 0;
                foreach (int size in cuts.Append(text.Length))
                {
                    int end = Math.Min(text.Length, start + size);
                    cipher.Encrypt(ours.AsSpan(start..end));
                    start = end;
                }

                cipher.Finish(ours.AsSpan(text.Length));
                return ours.SequenceEqual(Whole(key, nonce, text));
            },
            iter: 500);

    [Fact]
    public void AuthenticateAndXor_AnyPart_GivesTagAndText() =>
        Gen.Select(Key, Nonce, Gen.Byte.Array[1, 700], Gen.Int[0, 699], Gen.Int[0, 700]).Sample(
            (key, nonce, text, from, size) =>
            {
                byte[] whole = Whole(key, nonce, text);
                using var cipher = new IncrementalXChaCha20Poly1305(key, nonce);
                cipher.Authenticate(whole.AsSpan(0, text.Length / 3));
                cipher.Authenticate(whole.AsSpan((text.Length / 3)..text.Length));
                byte[] tag = new byte[16];
                cipher.Finish(tag);

                int start = Math.Min(from, text.Length);
                Range part = start..Math.Min(text.Length, start + size);
                byte[] opened = whole[part];
                cipher.Xor(start, opened);
                return tag.SequenceEqual(whole[^16..]) && opened.SequenceEqual(text[part]);
            },
            iter: 500);

    [Fact]
    public void Disposed_Refuses()
    {
        var cipher = new IncrementalXChaCha20Poly1305(new byte[32], new byte[24]);
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Xor(0, new byte[1]));
    }

    private static byte[] Whole(byte[] key, byte[] nonce, byte[] text)
    {
        byte[] whole = new byte[text.Length + 16];
        XChaCha20Poly1305.Encrypt(key, nonce, text, whole);
        return whole;
    }
}
