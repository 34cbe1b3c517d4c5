using Session.Protocol.Accounts;

namespace Session.Protocol.Tests.Sealing;

/// <summary>The accounts and bytes of the worked examples in protocol/12 §12.</summary>
internal static class WorkedExamples
{
    public const long TimestampMs = 1_790_000_000_123;

    /// <summary>§12.1: one-to-one in the form that current clients write.</summary>
    public const string StoredNew =
        "CAESiQMKABIAGoADCAYo+9jBoow0OAFCsAJJPoL8dEZKWSaIF2I9IFPF644sxKmItP7heexrAQ1THWUKZ1gQvAXrE9dVwqHsNq6tVqZbg6YYd+rG7AhkTllT9hBU+0EnZC/O1WagCAjoEd4Ha1sE3zQJKuDmnyWOQw5I3Bn1Lt2/QhV/8mA2SbwB0QSxQbTY4WLSJ2Zma23OpVaetTK3McarVrZmmopxAw2tixdOabGANklJNXPRBo1e8KRyYNnT0cYyeQnYUhuWps9B6ra9u3F5SUHVUtY+sHoWk50v3/nebgQ737LUCbielJL+9xLNadHUZaxxNLZDHIPmTuv7Yssz9LznnSZEHKYNGO1z+0QfvZ5zqYIVZPA4fh3xqOBeX1ONrDpt+i+7tV8UQy33TtnbqFT8z4SaVTDXEA3c6AOCYXBemlHgPqczWkCmSHjH0CSKqfnSaHRpRzzI9YUP6nWP7NM1BHEuTFiI6wICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgIAIAA=";

    /// <summary>§12.2: the same in the form of desktop and Android until 2025.</summary>
    public const string StoredOld =
        "CAESxAIKABIAGrsCCAYo+9jBoow0Qq8CST6C/HRGSlkmiBdiPSBTxeuOLMSpiLT+4XnsawENUx1RsXNJ++0IH9rX2Q9mDcuSrVamW4OmGHfqxuwIZE5ZU/YQVPtBJ2QvztVmoAgI6BHeB2tbBN80CSrg5p8ljkMOSNwZ9S7dv0IVf/JgNkm8AdEEsUG02OFi0idmZmttzqVWnrUytzHGq1a2ZpqKcQMNrYsXTmmxgDZJSTVz0QaNXvCkcmDZ09HGMnkJ2FIblqbPQeq2vbtxeUlB1VLWPrB6FpOdL9/53m4EO9+y1Am4BwnK0ygJGGJADgAbmvMpIoJ5aRL29LWDmDli0ic9ZgLHzY7PoivHWiTZ19Yp02rxV15bPQNxMPdIysu7PszHhOqkiwMmjXjXFtjyB+qkqk0zFPMjDH0ZZEnYRDXrc7YuIAA=";

    public static byte[] Content { get; } = Convert.FromHexString("0a120a0868656c6c6f207631aa06050a03426f626000680078fbd8c1a28c34");

    /// <summary>§12.3: the copy for the sender's own devices.</summary>
    public static byte[] SyncContent { get; } = Convert.FromHexString(
        "0a4f0a0868656c6c6f207631ca06423035303136393139316631656132653339663932366132303466633431363937316239333162346135306265643833613362396335376633363134343533303835376000680078fbd8c1a28c34");

    public static byte[] EphemeralSecret { get; } = Run(0x80, 32);

    /// <summary>r = 01×31 00, s = 02×31 00.</summary>
    public static byte[] DecoyScalars { get; } = [.. Enumerable.Repeat((byte)1, 31), 0, .. Enumerable.Repeat((byte)2, 31), 0];

    public static SessionIdentity Sender() => SessionIdentity.FromSeed(Run(0x10, 16));

    public static SessionIdentity Recipient() => SessionIdentity.FromSeed(Run(0x30, 16));

    public static QueuedRandomSource Random() => new(EphemeralSecret, DecoyScalars);

    private static byte[] Run(byte first, int count) => [.. Enumerable.Range(first, count).Select(x => (byte)x)];
}
