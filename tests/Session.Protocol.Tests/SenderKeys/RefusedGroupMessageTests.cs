using System.Text;
using CsCheck;
using Session.Protocol.Cryptography;
using Session.Protocol.Encodings;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>The promise: what is altered, cut, foreign or nonsense changes nothing, not one bit.</summary>
public class RefusedGroupMessageTests
{
    [Fact]
    public void Decrypt_AnyBitFlippedOrCut_ChangesNothing()
    {
        using var group = new SenderKeyGroup();
        _ = group.Send("lost");
        byte[] good = group.Send("good");
        byte[] before = group.Reader.Serialize();

        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] altered = [.. good];
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(group, altered, before);
        }

        for (int size = 0; size < good.Length; size++)
        {
            AssertRefused(group, good[..size], before);
        }

        AssertRefused(group, [.. good, 0], before);
        Assert.Equal("good", group.Open(good));
    }

    [Fact]
    public void Decrypt_EveryByteReplacedByEveryOther_IsRefused()
    {
        using var group = new SenderKeyGroup();
        byte[] good = group.Send("x");
        byte[] before = group.Reader.Serialize();

        // The signature's own bytes are covered bit by bit above; here it is what they sign.
        for (int at = 0; at < good.Length - XEdDSA.SignatureSize; at++)
        {
            byte[] altered = [.. good];
            for (int value = 1; value < 256; value++)
            {
                altered[at] = (byte)(good[at] ^ value);
                Assert.NotEqual(SenderKeyStatus.Ok, group.Reader.Decrypt(altered).Status);
            }
        }

        Assert.Equal(before, group.Reader.Serialize());
        Assert.Equal("x", group.Open(good));
    }

    [Fact]
    public void Decrypt_AfterARefusal_LateAndSkippedKeysAreStillThere()
    {
        using var group = new SenderKeyGroup();
        byte[] late = group.Send("late");
        Assert.Equal("early", group.Open(group.Send("early")));
        byte[] altered = [.. late];
        altered[^70] ^= 1;

        Assert.Equal("[BadSignature]", group.Open(altered));
        Assert.Equal("late", group.Open(late));
        Assert.Equal("[Duplicate]", group.Open(late));
    }

    [Fact]
    public void Decrypt_SignedButUnreadable_IsInvalidAndChangesNothing()
    {
        using var group = new SenderKeyGroup();
        _ = group.Send("lost");
        byte[] good = group.Send("good");
        Assert.Equal(SenderKeyStatus.Ok, GroupMessage.TryParse(good, out GroupMessage parsed));
        byte[] before = group.Reader.Serialize();

        // The ciphertext's last block decides about the padding; and one that is no whole block.
        byte[] wrongPadding = [.. good];
        wrongPadding[^(XEdDSA.SignatureSize + 1)] ^= 1;
        SenderKeyForgery.Sign(group.Author, wrongPadding);
        byte[] broken = new byte[GroupMessage.SizeOf(parsed.ChainId, parsed.Iteration, 15)];
        _ = GroupMessage.Write(broken, parsed.DistributionId, parsed.ChainId, parsed.Iteration, 15);
        SenderKeyForgery.Sign(group.Author, broken);

        Assert.Equal("[Invalid]", group.Open(wrongPadding));
        Assert.Equal("[Invalid]", group.Open(broken));
        Assert.Equal(before, group.Reader.Serialize());
        Assert.Equal("good", group.Open(good));
    }

    [Fact]
    public void Decrypt_OfAnotherAuthorGroupOrVersion_IsTold()
    {
        using var group = new SenderKeyGroup();
        using var other = new SenderKeyGroup(seed: 2);
        using var elsewhere = new SenderKeySession(Guid.NewGuid());
        byte[] message = group.Send("x");

        Assert.Equal("[NoSenderKey]", SenderKeyGroup.Open(other.Reader, message));
        Assert.Equal("[NoSenderKey]", SenderKeyGroup.Open(elsewhere, message));
        Assert.Equal(SenderKeyStatus.Invalid, elsewhere.Process(group.Distribution));
        Assert.Equal(0, elsewhere.StateCount);
        foreach (byte version in new byte[] { 0x23, 0x43, 0x03 })
        {
            message[0] = version;
            byte[] distribution = [version, .. group.Distribution.AsSpan(1)];
            Assert.Equal("[Version]", group.Open(message));
            Assert.Equal(SenderKeyStatus.Version, group.Reader.Process(distribution));
        }

        Assert.Equal("[Malformed]", group.Open(new byte[SenderKeyLimits.MaxMessageSize + 1]));
        Assert.Equal(SenderKeyStatus.Malformed, group.Reader.Process(new byte[SenderKeyLimits.MaxDistributionSize + 1]));
    }

    [Theory]
    [InlineData("0801", "a number in place of the id")]
    [InlineData("12026162", "bytes in place of the chain id")]
    [InlineData("1A026162", "bytes in place of the number")]
    [InlineData("2001", "a number in place of the ciphertext or chain key")]
    public void Field_OfTheWrongType_IsMalformed(string hex, string what)
    {
        using var group = new SenderKeyGroup();
        byte[] field = Convert.FromHexString(hex);
        byte[] message = group.Send("x");
        message = [.. message[..^XEdDSA.SignatureSize], .. field, .. message[^XEdDSA.SignatureSize..]];
        SenderKeyForgery.Sign(group.Author, message);

        Assert.True(group.Reader.Decrypt(message).Status == SenderKeyStatus.Malformed, what);
        Assert.True(group.Reader.Process([.. group.Distribution, .. field]) == SenderKeyStatus.Malformed, what);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Field_Missing_IsMalformed(int missing)
    {
        using var group = new SenderKeyGroup();

        Assert.Equal(SenderKeyStatus.Malformed, group.Reader.Process(Without(group.Distribution, missing)));
        if (missing < 5)
        {
            byte[] message = group.Send("x");
            byte[] cut = [.. Without(message[..^XEdDSA.SignatureSize], missing), .. new byte[XEdDSA.SignatureSize]];
            SenderKeyForgery.Sign(group.Author, cut);
            Assert.Equal("[Malformed]", group.Open(cut));
        }
    }

    [Fact]
    public void Number_Beyond32Bits_IsMalformed()
    {
        using var group = new SenderKeyGroup();
        byte[] beyond = [0x18, 0x80, 0x80, 0x80, 0x80, 0x10];

        Assert.Equal(SenderKeyStatus.Malformed, group.Reader.Process([.. group.Distribution, .. beyond]));
    }

    [Fact]
    public void Field_Unknown_IsIgnored()
    {
        using var group = new SenderKeyGroup();
        byte[] message = group.Send("later fields");
        message = [.. message[..^XEdDSA.SignatureSize], 0x30, 0x01, .. message[^XEdDSA.SignatureSize..]];
        SenderKeyForgery.Sign(group.Author, message);

        Assert.Equal("later fields", group.Open(message));
        using SenderKeySession reader = SenderKeyGroup.NewReader([.. group.Distribution, 0x30, 0x01]);
        Assert.Equal(1, reader.StateCount);
    }

    [Fact]
    public void RandomBytes_NeverThrowAndChangeNothing()
    {
        using var group = new SenderKeyGroup();
        byte[] before = group.Reader.Serialize();
        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                if (bytes.Length > 0)
                {
                    bytes[0] = SenderKeyWire.VersionByte;
                }

                return group.Reader.Decrypt(bytes).Status != SenderKeyStatus.Ok && group.Reader.Process(bytes) != SenderKeyStatus.Ok;
            },
            iter: 5_000,
            threads: 1);
        Assert.Equal(before, group.Reader.Serialize());
    }

    [Fact]
    public void ToString_OfResultAndSession_TellsNoSecret()
    {
        using var group = new SenderKeyGroup();

        Assert.Equal("Ok", group.Reader.Decrypt(group.Send("private")).ToString());
        Assert.Equal(SenderKeyGroup.Id.ToString(), group.Author.ToString());
        Assert.DoesNotContain(Encoding.UTF8.GetString("private"u8), new SenderKeyEncryptResult(SenderKeyStatus.Ok, "private"u8.ToArray()).ToString(), StringComparison.Ordinal);
    }

    private static void AssertRefused(SenderKeyGroup group, byte[] message, byte[] before)
    {
        Assert.NotEqual(SenderKeyStatus.Ok, group.Reader.Decrypt(message).Status);
        Assert.Equal(before, group.Reader.Serialize());
    }

    // The same bytes without one field.
    private static byte[] Without(byte[] bytes, int number)
    {
        var kept = new List<byte> { bytes[0] };
        int from = 1;
        var reader = new ProtoReader(bytes.AsSpan(1));
        while (reader.TryRead(out ProtoField field))
        {
            int size = field.WireType == ProtoWireType.Bytes ? ProtoWriter.BytesFieldSize(field.Bytes.Length) : ProtoWriter.VarintFieldSize(field.Value);
            if (field.Number != number)
            {
                kept.AddRange(bytes.AsSpan(from, size));
            }

            from += size;
        }

        return [.. kept];
    }
}
