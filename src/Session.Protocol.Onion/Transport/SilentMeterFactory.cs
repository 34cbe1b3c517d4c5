using System.Diagnostics.Metrics;

namespace Session.Protocol.Onion.Transport;

/// <summary>
/// Makes meters that nobody hears. The HTTP handler's own metrics name the servers that it talks to, and whoever collects them for a program would collect
/// the addresses of its guards with them.
/// </summary>
internal sealed class SilentMeterFactory : IMeterFactory
{
    public static SilentMeterFactory Instance { get; } = new();

    public Meter Create(MeterOptions options)
    {
        var meter = new Meter(options);

        // Instruments of a meter that is gone are published to nobody.
        meter.Dispose();
        return meter;
    }

    public void Dispose()
    {
    }
}
