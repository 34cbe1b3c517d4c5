using Microsoft.Extensions.Options;

namespace Session.Protocol.Hosting;

internal sealed class SessionHostOptionsValidator : IValidateOptions<SessionHostOptions>
{
    public ValidateOptionsResult Validate(string? name, SessionHostOptions options)
    {
        List<string> broken = [];
        if (!Enum.IsDefined(options.Network))
        {
            broken.Add($"{nameof(options.Network)} must be {nameof(SessionNetwork.Main)} or {nameof(SessionNetwork.Test)}.");
        }

        if (options.SeedUrls.Any(x => x is not { IsAbsoluteUri: true, Scheme: "http" or "https" }))
        {
            broken.Add($"{nameof(options.SeedUrls)} must be absolute HTTP or HTTPS addresses.");
        }

        if (options.RestartDelay <= TimeSpan.Zero || options.RestartDelay > SessionHostOptions.MaxRestartDelay)
        {
            broken.Add($"{nameof(options.RestartDelay)} must be more than 0 and at most {SessionHostOptions.MaxRestartDelay}.");
        }

        return broken.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(broken.Select(x => "Session: " + x));
    }
}
