using System.Collections;

namespace Session.Protocol.Messages;

/// <summary>
/// The list behind the properties of a record: a private copy that compares by its items, so that the compiler's equality of
/// records is equality of content.
/// </summary>
internal sealed class ValueList<T> : IReadOnlyList<T>, IEquatable<ValueList<T>>
{
    private readonly T[] _items;

    private ValueList(T[] items) => _items = items;

    public static ValueList<T> Empty { get; } = new([]);

    public int Count => _items.Length;

    public T this[int index] => _items[index];

    /// <summary>Copies a caller's list.</summary>
    /// <exception cref="ArgumentException">Too many items, or an item that <paramref name="check"/> refuses.</exception>
    public static ValueList<T> Copy(IReadOnlyList<T> items, int maxCount, string parameter, Func<T, T>? check = null)
    {
        ArgumentNullException.ThrowIfNull(items, parameter);
        if (items.Count > maxCount)
        {
            throw new ArgumentException($"Expected at most {maxCount} items, got {items.Count}.", parameter);
        }

        if (items is ValueList<T> own)
        {
            return own;
        }

        T[] copy = [.. items];
        foreach (T item in copy)
        {
            ArgumentNullException.ThrowIfNull(item, parameter);
            check?.Invoke(item);
        }

        return new ValueList<T>(copy);
    }

    /// <summary>Copies a caller's list that must not be empty.</summary>
    /// <exception cref="ArgumentException">No items, too many, or an item that <paramref name="check"/> refuses.</exception>
    public static ValueList<T> CopySome(IReadOnlyList<T> items, int maxCount, string parameter, Func<T, T>? check = null)
    {
        ValueList<T> copy = Copy(items, maxCount, parameter, check);
        return copy.Count > 0 ? copy : throw new ArgumentException("Expected at least one item.", parameter);
    }

    public bool Equals(ValueList<T>? other) => other is not null && _items.AsSpan().SequenceEqual(other._items);

    public override bool Equals(object? obj) => Equals(obj as ValueList<T>);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (T item in _items)
        {
            hash.Add(item);
        }

        return hash.ToHashCode();
    }

    public IEnumerator<T> GetEnumerator() => ((IEnumerable<T>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
