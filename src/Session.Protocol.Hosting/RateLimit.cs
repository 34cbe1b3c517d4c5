using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Session.Protocol.Hosting;

/// <summary>The step that drops messages of senders who send too many.</summary>
internal sealed class RateLimit(RateLimitOptions options, TimeProvider time, IServiceProvider provider, MessageStep next)
{
    private readonly SenderBuckets _buckets = new(options, time);
    private readonly ILogger _logger = provider.GetRequiredService<ILogger<SessionService>>();

    public async ValueTask HandleAsync(MessageContext context)
    {
        switch (_buckets.Take(context.Message.Sender, context.Message.Hash))
        {
            case BucketAnswer.Allowed:
                await next(context).ConfigureAwait(false);
                break;
            case BucketAnswer.FirstRefused:
                HostingLog.RateLimited(_logger, context.Account);
                if (options.Notice is not null)
                {
                    await context.AnswerAsync(options.Notice).ConfigureAwait(false);
                }

                break;
            default:
                break;
        }
    }
}
