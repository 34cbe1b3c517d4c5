using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Session.Protocol.Hosting.Tests.Silence;

/// <summary>Reads everything that this process logs, counts and traces, down to the most talkative level.</summary>
internal sealed class Eavesdropper : ILoggerProvider
{
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;

    public Eavesdropper()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (IsOurs(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _meters.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measured(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => IsOurs(source.Name),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => _heard.Enqueue(
                $"trace {activity.Source.Name} {activity.DisplayName} {activity.StatusDescription} {Join(activity.TagObjects)} {Join(activity.Baggage)} {string.Join(' ', activity.Events.Select(x => x.Name + Join(x.Tags)))}"),
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public IReadOnlyList<string> Heard
    {
        get
        {
            _meters.RecordObservableInstruments();
            return [.. _heard];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Ear(categoryName, _heard);

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    // The nodes of the local network are in this process too: what a web server says of its callers is not the bot's. The runtime's experimental
    // sources about sockets and TLS cannot be silenced and say nothing unless somebody asks for them by name.
    private static bool IsOurs(string source) =>
        !source.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) && !source.StartsWith("Experimental.", StringComparison.Ordinal);

    private static string Join<T>(IEnumerable<KeyValuePair<string, T>> tags) => string.Join(' ', tags.Select(x => $"{x.Key}={x.Value}"));

    private void Measured<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        where T : struct => _heard.Enqueue($"metric {instrument.Meter.Name} {instrument.Name} {string.Create(CultureInfo.InvariantCulture, $"{value}")} {Join(tags.ToArray())}");

    private sealed class Ear(string category, ConcurrentQueue<string> heard) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            heard.Enqueue($"scope {category} {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => !category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal);

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string values = state is IEnumerable<KeyValuePair<string, object?>> pairs ? Join(pairs) : string.Empty;
            heard.Enqueue($"log {category} {eventId.Id} {formatter(state, exception)} {values} {exception}");
        }
    }
}
