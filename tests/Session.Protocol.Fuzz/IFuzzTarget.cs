namespace Session.Protocol.Fuzz;

/// <summary>One decoder under attack.</summary>
public interface IFuzzTarget
{
    /// <summary>Name on the command line and of the folder in <c>corpus/</c>.</summary>
    static abstract string Name { get; }

    /// <summary>
    /// Feeds bytes that anyone may have sent. Whatever they are it returns: an exception is a finding, and so is
    /// <see cref="FuzzFinding"/> for a broken promise.
    /// </summary>
    static abstract void Fuzz(ReadOnlySpan<byte> input);
}
