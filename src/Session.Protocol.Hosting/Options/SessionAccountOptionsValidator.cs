using Microsoft.Extensions.Options;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Hosting;

/// <summary>Checks an account's options without saying anything of its phrase but what is wrong with it.</summary>
internal sealed class SessionAccountOptionsValidator(AccountRegistration registration) : IValidateOptions<SessionAccountOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionAccountOptions options)
    {
        if (!string.Equals(name, registration.Name, StringComparison.Ordinal))
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> broken = [.. Phrase(options), .. Roles(options)];
        Check(broken, () => SessionClientOptions.Checked(registration.ConfigureClient(options.ToClient())));
        Check(broken, () => HandlingOptions.Checked(options.ToHandling()));
        return broken.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(broken.Select(x => $"Session account '{name}': {x}"));
    }

    private IEnumerable<string> Phrase(SessionAccountOptions options)
    {
        if (registration.Identity is not null)
        {
            yield break;
        }

        if (string.IsNullOrWhiteSpace(options.Phrase))
        {
            yield return $"{nameof(options.Phrase)} is missing. Give the account's 13 words, or an identity with {nameof(SessionAccountBuilder.UseIdentity)}.";
        }
        else if (SessionIdentity.TryFromPhrase(options.Phrase, out SessionIdentity? identity, out RecoveryPhraseFailure failure))
        {
            identity.Dispose();
        }
        else
        {
            yield return $"{nameof(options.Phrase)} is no recovery phrase ({failure.Error}).";
        }
    }

    private static IEnumerable<string> Roles(SessionAccountOptions options) =>
        from role in options.Roles
        where role.Value is null || role.Value.Any(id => !AccountId.TryParse(id, out AccountId account) || account.Prefix != AccountIdPrefix.Standard)
        select $"{nameof(options.Roles)}:{role.Key} has something that is not an account id.";

    private static void Check(List<string> broken, Action check)
    {
        try
        {
            check();
        }
        catch (ArgumentException e)
        {
            broken.Add(e.Message);
        }
    }
}
