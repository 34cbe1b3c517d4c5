using Microsoft.Extensions.Logging;

namespace Session.Protocol.Client.Tests;

/// <summary>Opens when a certain event is logged, so that a test can wait for it instead of for time.</summary>
internal sealed class EventGate(int eventId) : ILoggerFactory, ILogger
{
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Happened => _happened.Task;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (id.Id == eventId)
        {
            _happened.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
