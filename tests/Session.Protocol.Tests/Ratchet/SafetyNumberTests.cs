using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Tests.Ratchet;

public class SafetyNumberTests
{
    private static readonly X25519PublicKey One = new([.. Enumerable.Repeat((byte)1, 32)]);
    private static readonly X25519PublicKey Two = new([.. Enumerable.Repeat((byte)2, 32)]);

    [Fact]
    public void Create_BothSides_SeeTheSameAndScanEachOther()
    {
        SafetyNumber alice = SafetyNumber.Create("alice"u8, One, "bob"u8, Two);
        SafetyNumber bob = SafetyNumber.Create("bob"u8, Two, "alice"u8, One);

        Assert.Equal(alice.Digits, bob.Digits);
        Assert.Matches("^[0-9]{5}( [0-9]{5}){11}$", alice.ToString());
        Assert.True(alice.Matches(bob.Scannable.Span));
        Assert.True(bob.Matches(alice.Scannable.Span));
        Assert.False(alice.Matches(alice.Scannable.Span));
        Assert.False(alice.Matches([]));
    }

    [Fact]
    public void Create_OtherKey_SeesAnotherNumber()
    {
        SafetyNumber honest = SafetyNumber.Create("alice"u8, One, "bob"u8, Two);
        SafetyNumber attacked = SafetyNumber.Create("alice"u8, One, "bob"u8, One);

        Assert.NotEqual(honest.Digits, attacked.Digits);
        Assert.False(honest.Matches(SafetyNumber.Create("bob"u8, One, "alice"u8, One).Scannable.Span));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000_001)]
    public void Create_IterationsOutOfRange_AreRefused(int iterations) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SafetyNumber.Create("a"u8, One, "b"u8, Two, iterations));
}
