using System.Security.Cryptography;

namespace Session.Protocol.Fuzz;

/// <summary>An input that a target did not survive.</summary>
public sealed record FuzzFailure(byte[] Input, Exception Trouble)
{
    private const int NameDigits = 16;

    /// <summary>Keeps the input for <c>--replay</c>, and for the corpus once it is mended.</summary>
    /// <returns>The file.</returns>
    public string Save(string folder)
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(Input))[..NameDigits] + ".bin");
        File.WriteAllBytes(file, Input);
        return file;
    }

    public override string ToString() => $"{Input.Length} bytes {Convert.ToHexStringLower(Input.AsSpan(0, Math.Min(Input.Length, 256)))}\n{Trouble}";
}
