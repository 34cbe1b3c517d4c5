using System.Diagnostics.CodeAnalysis;

namespace Session.Protocol.Cryptography;

/// <summary>One place that builds the exceptions of misuse, so that their wording stays alike.</summary>
internal static class Error
{
    public static void RequireLength(int actual, int expected, string parameter)
    {
        if (actual != expected)
        {
            WrongLength(actual, expected, parameter);
        }
    }

    [DoesNotReturn]
    private static void WrongLength(int actual, int expected, string parameter) =>
        throw new ArgumentException($"Expected {expected} bytes, got {actual}.", parameter);
}
