using System.Globalization;
using System.Numerics;
using Session.Protocol.Accounts;

namespace Session.Protocol.Hosting.Commands;

/// <summary>Makes arguments of commands.</summary>
public static class CommandArgument
{
    /// <summary>One word, or several in quotes.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <returns>The argument.</returns>
    public static CommandArgument<string> Text(string name, string description) => new(name, description, static text => (true, text), "text");

    /// <summary>Everything that is left, as it was written. Only the last argument can be one.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <returns>The argument.</returns>
    public static CommandArgument<string> Rest(string name, string description) => Text(name, description) with { IsRest = true };

    /// <summary>A whole number.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="minimum">The smallest that is taken.</param>
    /// <param name="maximum">The largest that is taken.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentException">The bounds are the wrong way round.</exception>
    public static CommandArgument<int> WholeNumber(string name, string description, int minimum = int.MinValue, int maximum = int.MaxValue) =>
        Range(name, description, minimum, maximum);

    /// <summary>A number, with a point before its decimals.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="minimum">The smallest that is taken.</param>
    /// <param name="maximum">The largest that is taken.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentException">The bounds are the wrong way round.</exception>
    public static CommandArgument<decimal> Number(string name, string description, decimal minimum = decimal.MinValue, decimal maximum = decimal.MaxValue) =>
        Range(name, description, minimum, maximum);

    /// <summary>One of some words; case does not matter.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="choices">The words, at least one.</param>
    /// <returns>The argument; its value is the word as it is written here.</returns>
    /// <exception cref="ArgumentException">No word.</exception>
    public static CommandArgument<string> Choice(string name, string description, params IReadOnlyList<string> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        if (choices.Count == 0)
        {
            throw new ArgumentException("At least one word is needed.", nameof(choices));
        }

        return new CommandArgument<string>(
            name,
            description,
            text => choices.FirstOrDefault(x => string.Equals(x, text, StringComparison.OrdinalIgnoreCase)) is { } choice ? (true, choice) : (false, string.Empty),
            "one of " + string.Join(", ", choices));
    }

    /// <summary>An account id, 66 characters.</summary>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <returns>The argument.</returns>
    public static CommandArgument<AccountId> Account(string name, string description) => new(
        name,
        description,
        static text => AccountId.TryParse(text, out AccountId id) && id.Prefix == AccountIdPrefix.Standard ? (true, id) : (false, default),
        "account id");

    /// <summary>Anything that can be read from text: a date, a span of time, a type of the program's own.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="name">What help calls it.</param>
    /// <param name="description">What help says of it.</param>
    /// <returns>The argument.</returns>
    public static CommandArgument<T> Parsed<T>(string name, string description)
        where T : IParsable<T> => new(
            name,
            description,
            static text => T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? (true, value) : (false, default!),
            typeof(T).Name);

    private static CommandArgument<T> Range<T>(string name, string description, T minimum, T maximum)
        where T : INumber<T>, IMinMaxValue<T>
    {
        if (minimum > maximum)
        {
            throw new ArgumentException("The minimum is more than the maximum.", nameof(minimum));
        }

        string kind = (minimum == T.MinValue, maximum == T.MaxValue) switch
        {
            (true, true) => "number",
            (false, true) => string.Create(CultureInfo.InvariantCulture, $"number from {minimum}"),
            (true, false) => string.Create(CultureInfo.InvariantCulture, $"number up to {maximum}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"number from {minimum} to {maximum}"),
        };
        return new CommandArgument<T>(
            name,
            description,
            text => T.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out T? value) && value >= minimum && value <= maximum
                ? (true, value)
                : (false, T.Zero),
            kind);
    }
}
