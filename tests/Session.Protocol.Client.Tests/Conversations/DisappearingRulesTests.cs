using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Tests.Conversations;

/// <summary>When messages go, whatever their senders and nodes say (protocol/13 §5.1, §5.3).</summary>
public sealed class DisappearingRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(60);
    private static readonly AccountId Sender = AccountId.Parse("05" + new string('a', 64));

    [Theory]
    [InlineData(60, 30, 30)] // the swarm's word
    [InlineData(60, 90, 60)] // a start in the future does not count
    [InlineData(60, 0, 55)] // a node without a plausible word: the sender's time
    [InlineData(60, -10, 55)]
    [InlineData(60, long.MinValue / 1_000, 55)]
    [InlineData(60, 40L * 86_400, 55)]
    [InlineData(60, long.MaxValue / 1_000_000, 55)]
    [InlineData(20L * 86_400, 14L * 86_400, (20L * 86_400) - 5)] // longer than any swarm stores
    [InlineData(uint.MaxValue, 14L * 86_400, uint.MaxValue - 5L)]
    public void ExpiryOf_AfterSend(long timerSeconds, long storedForSeconds, long expectedSeconds)
    {
        ReceivedMessage message = Message(Expiration.AfterSend(TimeSpan.FromSeconds(timerSeconds)), Now.AddSeconds(-5));
        long storedUntil = unchecked(Now.ToUnixTimeMilliseconds() + (storedForSeconds * 1_000));

        Assert.Equal(Now.AddSeconds(expectedSeconds), Disappearing.ExpiryOf(message, storedUntil, isRead: false, Now));
    }

    [Theory]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    [InlineData(0)]
    public void ExpiryOf_SentAtTheEndOfTimeAndStoredAtNoTime_CountsFromNow(long storedUntil)
    {
        ReceivedMessage message = Message(Expiration.AfterSend(TimeSpan.FromSeconds(uint.MaxValue)), DateTimeOffset.MaxValue);

        Assert.Equal(Now + message.Content.Expiration.Timer, Disappearing.ExpiryOf(message, storedUntil, isRead: false, Now));
    }

    [Fact]
    public void ExpiryOf_AfterRead_WaitsForTheReading_OwnMessagesCountAsRead()
    {
        ReceivedMessage message = Message(Expiration.AfterRead(TimeSpan.FromMinutes(1)), Now.AddHours(-1));
        long stored = Now.AddDays(13).ToUnixTimeMilliseconds();
        long shortened = Now.AddSeconds(20).ToUnixTimeMilliseconds();

        Assert.Null(Disappearing.ExpiryOf(message, stored, isRead: false, Now));
        Assert.Equal(Now.AddMinutes(1), Disappearing.ExpiryOf(message, stored, isRead: true, Now));
        Assert.Equal(Now.AddSeconds(20), Disappearing.ExpiryOf(message, shortened, isRead: true, Now));
        Assert.Equal(Now.AddSeconds(20), Disappearing.ExpiryOf(message with { IsOwn = true }, shortened, isRead: true, Now));
    }

    [Fact]
    public void ExpiryOf_Off_Stays() => Assert.Null(Disappearing.ExpiryOf(Message(Expiration.Off, Now), Now.AddDays(1).ToUnixTimeMilliseconds(), isRead: true, Now));

    [Fact]
    public void Correct_NoteToSelfCountsFromSending_GroupControlStays()
    {
        var text = new TextMessage("x") { Expiration = Expiration.AfterRead(TimeSpan.FromMinutes(1)) };

        Assert.Equal(Expiration.AfterSend(TimeSpan.FromMinutes(1)), Disappearing.Correct(text, isOneToOne: false));
        Assert.Equal(text.Expiration, Disappearing.Correct(text, isOneToOne: true));
        Assert.Equal(Expiration.Off, Disappearing.Correct(new GroupMemberLeft { Expiration = text.Expiration }, isOneToOne: true));
    }

    private static ReceivedMessage Message(Expiration expiration, DateTimeOffset sentAt) =>
        new(Sender, Sender, new TextMessage("x") { Expiration = expiration }, sentAt, "hash", Protection.Sealed);
}
