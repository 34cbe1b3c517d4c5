namespace Session.Protocol.Cryptography;

/// <summary>
/// Where random bytes come from. Everything that draws randomness takes one, so that a run can be repeated in a test;
/// programs use <see cref="RandomSource.System"/>. Implementations are safe for concurrent use.
/// </summary>
public interface IRandomSource
{
    /// <summary>Fills the whole span with bytes that an attacker can neither predict nor influence.</summary>
    /// <param name="destination">Any length, also empty.</param>
    void Fill(Span<byte> destination);
}
