using Session.Protocol.Onion.Push;

namespace Session.Protocol.Conformance.Suites;

/// <summary>The encryption of push notifications.</summary>
public sealed class PushNotificationSuite() : KindSuite("push_notification")
{
    protected override CaseOutcome Run(KindCase @case)
    {
        if (@case.Kind != "decrypt")
        {
            return Unknown(@case);
        }

        bool opened = PushNotification.TryDecrypt(@case.In.Hex("payload"), @case.In.Hex("enc_key"), out byte[]? plain);
        return @case.Accept
            ? CaseOutcome.All(CaseOutcome.When(opened, "refused"), CaseOutcome.WhenEqual("plaintext", @case.Out.Hex("plaintext"), plain))
            : CaseOutcome.When(!opened, "accepted");
    }
}
