using System.Runtime.CompilerServices;

namespace Session.Protocol.Onion;

/// <summary>Range checks of options, in one wording.</summary>
internal static class OptionChecks
{
    public static void RequirePositive(TimeSpan value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(option, value, "Expected a positive time.");
        }
    }

    public static void RequireNotNegative(TimeSpan value, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value < TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(option, value, "Expected a time that is not negative.");
        }
    }

    public static void RequireRange(int value, int minimum, int maximum, [CallerArgumentExpression(nameof(value))] string option = "")
    {
        if (value < minimum || value > maximum)
        {
            throw new ArgumentOutOfRangeException(option, value, $"Expected {minimum} to {maximum}.");
        }
    }
}
