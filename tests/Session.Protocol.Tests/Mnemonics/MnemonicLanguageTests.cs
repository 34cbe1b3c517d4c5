using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Tests.Mnemonics;

public class MnemonicLanguageTests
{
    [Fact]
    public void English_IsTheListThatClientsUse()
    {
        IReadOnlyList<string> words = MnemonicLanguage.English.Words;

        // protocol/10 §2: SHA-256 of the words joined with line feeds, none at the end.
        Assert.Equal(
            "998df55cb16d2318130c5cf7e9d4408247c8c4674935ee6e07d53f2f00ccf19b",
            Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', words)))));
        Assert.Equal(1626, words.Count);
        Assert.Equal(["abbey", "abducts", "ability", "ablaze", "abnormal"], words.Take(5));
        Assert.Equal(1626, words.Select(x => x[..MnemonicLanguage.English.PrefixLength]).Distinct().Count());
    }

    [Fact]
    public void Crc32_CheckValue_IsThatOfZlib() => Assert.Equal(0xcbf43926u, Crc32.Append(Crc32.Append(0, "1234"u8), "56789"u8));
}
