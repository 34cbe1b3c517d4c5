using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Sends requests over paths: wraps, posts to the guard, opens the answer, judges failures and tells the paths. A failed request goes once
/// more over another path when it surely did not arrive, or when a second arrival has no second effect and there is time for it: not
/// after a timeout, which says nothing about the path and has cost the caller enough. Safe for concurrent use.
/// </summary>
internal sealed class OnionCaller(PathPool paths, INodeDirectory nodes, GuardLink guards, TimeProvider time, ILogger log)
{
    /// <summary>Sends over paths of the pool.</summary>
    /// <exception cref="OnionException">The request did not reach the destination or its answer is unreadable.</exception>
    public async ValueTask<T> SendAsync<T>(OnionCall<T> call, CancellationToken cancellationToken)
        where T : class
    {
        using Activity? activity = OnionTelemetry.Activities.StartActivity("onion request", ActivityKind.Client);
        long start = time.GetTimestamp();
        string outcome = "cancelled";
        try
        {
            T answer = await SendTwiceAsync(call, cancellationToken).ConfigureAwait(false);
            outcome = "ok";
            return answer;
        }
        catch (OnionException e)
        {
            outcome = Name(e.Fault);
            _ = activity?.SetStatus(ActivityStatusCode.Error);
            throw;
        }
        finally
        {
            _ = activity?.SetTag(OnionTelemetry.ClassTag, call.Class).SetTag(OnionTelemetry.OutcomeTag, outcome);
            OnionTelemetry.Duration.Record(
                time.GetElapsedTime(start).TotalSeconds, new(OnionTelemetry.ClassTag, call.Class), new(OnionTelemetry.OutcomeTag, outcome));
        }
    }

    /// <summary>Sends over one certain path, once, without telling the pool.</summary>
    /// <exception cref="OnionException">The request did not reach the destination or its answer is unreadable.</exception>
    public async ValueTask<T> SendAsync<T>(OnionPath path, OnionCall<T> call, CancellationToken cancellationToken)
        where T : class
    {
        (T? answer, OnionVerdict? verdict, _, Exception? cause) = await TrySendAsync(path, call, cancellationToken).ConfigureAwait(false);
        return answer ?? throw new OnionException(verdict!.Fault, Describe(verdict.Fault), cause);
    }

    private async ValueTask<T> SendTwiceAsync<T>(OnionCall<T> call, CancellationToken cancellationToken)
        where T : class
    {
        OnionPath path = await paths.GetAsync(call.Destination, null, cancellationToken).ConfigureAwait(false);
        for (bool again = true; ; again = false)
        {
            long start = time.GetTimestamp();
            (T? answer, OnionVerdict? verdict, int status, Exception? cause) = await TrySendAsync(path, call, cancellationToken).ConfigureAwait(false);
            if (answer is not null)
            {
                path.Observe(time.GetElapsedTime(start));
                paths.Report(path, PathReport.Success);
                return answer;
            }

            paths.Report(path, verdict!.Report);
            if (verdict.DropDestination && call.Destination is { } gone)
            {
                nodes.Drop(gone);
            }

            bool retry = again && OtherPathMayHelp(verdict) && (verdict.NotDelivered || call.MayRepeat());
            OnionLog.RequestFailed(log, verdict.Fault, status, retry);
            if (!retry)
            {
                throw new OnionException(verdict.Fault, Describe(verdict.Fault), cause);
            }

            try
            {
                path = await paths.GetAsync(call.Destination, path, cancellationToken).ConfigureAwait(false);
            }
            catch (OnionException e) when (e.Fault == OnionFault.NoPath)
            {
                // There is no other path; what went wrong on this one says more.
                throw new OnionException(verdict.Fault, Describe(verdict.Fault), cause);
            }

            OnionTelemetry.Repeats.Add(1, new KeyValuePair<string, object?>(OnionTelemetry.ClassTag, call.Class));
        }
    }

    private async ValueTask<(T? Answer, OnionVerdict? Verdict, int Status, Exception? Cause)> TrySendAsync<T>(
        OnionPath path, OnionCall<T> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            (TransportResponse reply, T? answer) = await call.ExchangeAsync(path, guards, cancellationToken).ConfigureAwait(false);
            return reply.Status != 200 ? (null, OnionFailureRules.Judge(OnionFailure.Read(reply.Status, reply.Body.Span), reply.Status, path, call.Destination), reply.Status, null)
                : answer is not null ? (answer, null, 200, null)
                : (null, new OnionVerdict(OnionFault.InvalidResponse, PathReport.PathFailed, NotDelivered: false), 200, null);
        }
        catch (OnionException e)
        {
            return (null, JudgeException(e.Fault, path), 0, e);
        }
    }

    // A guard that cannot be connected is the one hop that we see for ourselves.
    private static OnionVerdict JudgeException(OnionFault fault, OnionPath path) => fault switch
    {
        OnionFault.Unreachable => new OnionVerdict(fault, new PathReport(PathReportKind.NodeFailed, path.Guard.IdentityKey), NotDelivered: true),
        OnionFault.DestinationFailed => new OnionVerdict(fault, PathReport.Nothing, NotDelivered: true),
        _ => new OnionVerdict(fault, PathReport.PathFailed, NotDelivered: false),
    };

    private static bool OtherPathMayHelp(OnionVerdict verdict) =>
        verdict.Fault is OnionFault.PathFailed or OnionFault.Unreachable or OnionFault.InvalidResponse or OnionFault.ConnectionLost;

    private static string Describe(OnionFault fault) => fault switch
    {
        OnionFault.Unreachable => "The guard node cannot be reached.",
        OnionFault.TimedOut => "No answer came in time.",
        OnionFault.ConnectionLost => "The connection to the guard node broke.",
        OnionFault.DestinationFailed => "The destination cannot be reached from the path, or is not ready.",
        OnionFault.InvalidResponse => "The answer cannot be decrypted or read.",
        OnionFault.RateLimited => "The guard node limits our requests.",
        OnionFault.TooLarge => "The guard node refused the size of the request.",
        OnionFault.ClockOutOfSync => "The destination says that our clock is off.",
        _ => "A hop of the path failed.",
    };

    // A fixed text for each, so that measuring allocates nothing.
    private static string Name(OnionFault fault) => Enum.GetName(fault) ?? "other";
}
