using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Client.Tests;

/// <summary>How long swarms and senders keep each kind (protocol/13 §20).</summary>
public sealed class MessageLifetimeTests
{
    private static readonly TimeSpan TwoWeeks = ExpirationTimers.TwoWeeks;
    private static readonly MessageReference Target = new(Accounts.AccountId.Parse("05" + new string('a', 64)), 1);

    public static TheoryData<MessageContent, TimeSpan, TimeSpan, TimeSpan> Kinds => new()
    {
        { new TextMessage("x"), TwoWeeks, TwoWeeks, TwoWeeks },
        { new TextMessage("x") { Expiration = Expiration.AfterSend(ExpirationTimers.OneDay) }, ExpirationTimers.OneDay, ExpirationTimers.OneDay, ExpirationTimers.OneDay },
        { new TextMessage("x") { Expiration = Expiration.AfterRead(ExpirationTimers.OneDay) }, TwoWeeks, ExpirationTimers.OneDay, ExpirationTimers.OneDay },
        { new TextMessage("x") { Expiration = Expiration.AfterSend(TimeSpan.FromSeconds(uint.MaxValue)) }, TwoWeeks, TwoWeeks, TwoWeeks },
        { new TextMessage("x") { Expiration = Expiration.AfterSend(TimeSpan.FromSeconds(1)) }, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10) },
        { new Reaction { Target = Target, Emoji = "x", Expiration = Expiration.AfterSend(ExpirationTimers.OneDay) }, ExpirationTimers.OneDay, ExpirationTimers.OneDay, ExpirationTimers.OneDay },
        { new ExpirationTimerUpdate { Expiration = Expiration.AfterSend(ExpirationTimers.OneDay) }, ExpirationTimers.OneDay, ExpirationTimers.OneDay, ExpirationTimers.OneDay },
        { new TypingIndicator { IsTyping = true }, TimeSpan.FromSeconds(20), TwoWeeks, TimeSpan.FromSeconds(20) },
        { new ReadReceipt { Timestamps = [1] }, TwoWeeks, TwoWeeks, TwoWeeks },
        { new Unsend { Target = Target }, TwoWeeks, TwoWeeks, TwoWeeks },
        { new MessageRequestResponse(), TwoWeeks, TwoWeeks, TwoWeeks },
        {
            new CallSignal { Type = CallSignalType.EndCall, CallId = "x", Expiration = Expiration.AfterRead(ExpirationTimers.OneDay) },
            TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(5)
        },
        {
            new DataExtractionNotice { Kind = DataExtractionKind.MediaSaved, Expiration = Expiration.AfterRead(ExpirationTimers.OneDay) },
            TwoWeeks, ExpirationTimers.OneDay, ExpirationTimers.OneDay
        },
        { new GroupMemberLeft(), TwoWeeks, TwoWeeks, TwoWeeks },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EachKind_IsKeptAsLongAsItIsOfUse(MessageContent content, TimeSpan atRecipient, TimeSpan copy, TimeSpan kept)
    {
        Assert.Equal(atRecipient, MessageLifetime.Of(content, TwoWeeks));
        Assert.Equal(copy, MessageLifetime.OfCopy(content, TwoWeeks));
        Assert.Equal(kept, MessageLifetime.OfKept(content));
    }
}
