using Session.Protocol.Cryptography;

namespace Session.Protocol.Sealing;

/// <summary>
/// The padding that hides the length of a message: a byte 0x80, then zeros (protocol/12 §2, §4). Three lengths are in
/// use; a reader takes any, this library writes multiples of 160.
/// </summary>
internal static class MessagePadding
{
    public const int BlockSize = 160;

    private const byte Terminator = 0x80;

    /// <summary>Length that current clients pad to. A message that fills its blocks exactly gets one more.</summary>
    public static int PaddedSize(int messageSize) => ((messageSize + 1) / BlockSize + 1) * BlockSize;

    /// <summary>Length that desktop and Android padded to until 2025: one byte less than a multiple of 160.</summary>
    public static int ClassicPaddedSize(int messageSize) => (messageSize + 2 + BlockSize - 1) / BlockSize * BlockSize - 1;

    /// <summary>Writes the message and its padding over the whole destination, which is longer than the message.</summary>
    public static void Pad(ReadOnlySpan<byte> message, Span<byte> padded)
    {
        if (padded.Length <= message.Length)
        {
            Error.RequireLength(padded.Length, PaddedSize(message.Length), nameof(padded));
        }

        message.CopyTo(padded);
        padded[message.Length] = Terminator;
        padded[(message.Length + 1)..].Clear();
    }

    /// <summary>
    /// Finds the message. False when there is no terminator: zeros only, or another last byte. Some clients hand such
    /// bytes through; none writes them.
    /// </summary>
    public static bool TryUnpad(ReadOnlySpan<byte> padded, out int messageSize)
    {
        int last = padded.LastIndexOfAnyExcept((byte)0);
        bool ok = last >= 0 && padded[last] == Terminator;
        messageSize = ok ? last : 0;
        return ok;
    }
}
