using System.Runtime.InteropServices;

namespace Session.Protocol.Messages;

/// <summary>How long a message may stay (protocol/11 §9). The default value is <see cref="Off"/>.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Expiration
{
    private Expiration(ExpirationMode mode, TimeSpan timer)
    {
        if (timer < TimeSpan.FromSeconds(1) || timer > TimeSpan.FromSeconds(uint.MaxValue) || timer.Ticks % TimeSpan.TicksPerSecond != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(timer), timer, "Expected whole seconds, from 1 to 2^32 - 1.");
        }

        Mode = mode;
        Timer = timer;
    }

    /// <summary>The message stays.</summary>
    public static Expiration Off => default;

    /// <summary>From when the timer counts.</summary>
    public ExpirationMode Mode { get; }

    /// <summary>How long the message stays from then on, in whole seconds; zero when off.</summary>
    public TimeSpan Timer { get; }

    /// <summary>The message goes this long after it was read. In one-to-one conversations only.</summary>
    /// <param name="timer">Whole seconds, from 1 to 2^32 - 1.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Anything else.</exception>
    public static Expiration AfterRead(TimeSpan timer) => new(ExpirationMode.AfterRead, timer);

    /// <summary>The message goes this long after it was sent.</summary>
    /// <param name="timer">Whole seconds, from 1 to 2^32 - 1.</param>
    /// <returns>The value.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Anything else.</exception>
    public static Expiration AfterSend(TimeSpan timer) => new(ExpirationMode.AfterSend, timer);
}
