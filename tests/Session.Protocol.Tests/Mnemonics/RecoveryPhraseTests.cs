using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Mnemonics;

namespace Session.Protocol.Tests.Mnemonics;

public class RecoveryPhraseTests
{
    private const string Row5 = "sewage railway names rift wagtail duties rowboat until seismic radar custom gimmick until";
    private const string Row5Seed = "e37315dd45b0b0454dbb04dce662772a";

    private static readonly RecoveryPhraseOptions Lenient = new() { AllowMissingChecksum = true, AllowLongPhrase = true };

    public static TheoryData<string, string, string> WorkedExamples => new()
    {
        { "00000000000000000000000000000000", "abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey", "055bf55c73b82ebe22be80f3430667af570fae2556a6415e6b30d4065300aa947d" },
        { "ffffffffffffffffffffffffffffffff", "foamy solved soggy foamy solved soggy foamy solved soggy foamy solved soggy solved", "05fbc4b8c9a80643a287c8d7747dd95ae5475acd97ecd5398ea0bfa85393d70e21" },
        { "000102030405060708090a0b0c0d0e0f", "amaze buffet cake entrance symptoms tiger lamb maze nestle python dusted faxed faxed", "05ca03b8e369aeeb69fd260c2957d37b232db17a60db7a39bca9f0c0a6be135c1a" },
        { "0f2ccde528622876b8f16e14db97dafc", "fuming nearby kennel husband dejected pepper jaded because dads goggles tufts tomorrow dejected", "055eebb051ef90cc36eec8b5c5162714497192308c3c89d00149310fb38496e24e" },
        { Row5Seed, Row5, "0555b969220fbdfa09b6a36e6a57d4bc04ff0047461f0b4710fcb4f0ec43a2884a" },
        { "303132333435363738393a3b3c3d3e3f", "paper lush reorder tinted double issued atom upper candy festival oncoming tipsy lush", "050169191f1ea2e39f926a204fc416971b931b4a50bed83a3b9c57f36144530857" },
        { "deadbeefcafebabe0123456789abcdef", "baby jagged haystack cement kickoff dolphin vexed enjoy pigment films adept voted pigment", "056faf994055ca9fbd40209d6c7cc93abb5762966ac1b0c9751f93877843856301" },
        { "dc040000dc040000dc040000dc040000", "session session session session session session session session session session session session session", "0512742fb4ac033a8a33f5776aa0e7e88f35f7af9f65dee31e57fbc7d6f8664b12" },
        { "37030000370300003703000037030000", "love love love love love love love love love love love love love", "053db493811f729da20289e31498b8fe2b28edc90358cd3ec11a6b12ac1b9fb818" },
        { "39038c8988db02c1af44e8c847bd9713", "puffin luxury annoyed rustled memoir faxed smidgen puddle kiwi nylon utopia zinger kiwi", "054830367d369d94605247999a375dbd0a0f65fdec5de1535612bcb6d4de452c69" },
        { "ec45addd629e84472edbfab1f7deee83", "unknown number jukebox pledge lipstick sieve tumbling federal womanly outbreak tapestry gorilla sieve", "05ab0badfc19ac18f71d7bb10d5ca5c92731aa301cc483169c691cf697b83e765a" },
    };

    [Theory]
    [MemberData(nameof(WorkedExamples))]
    public void WorkedExample_BothWays_AndItsAccount(string seed, string phrase, string account)
    {
        Assert.Equal(phrase, RecoveryPhrase.Encode(Convert.FromHexString(seed)));
        Assert.Equal(seed, Decode(phrase));
        using SessionIdentity identity = SessionIdentity.FromPhrase(phrase, SecretExport.Once);
        Assert.Equal(account, identity.AccountId.ToString());
        Assert.Equal(phrase, identity.ExportPhrase());
    }

    [Theory]
    [InlineData("Sewage RAILWAY names rift wagtail duties rowboat until seismic radar custom gimmick UNTIL")]
    [InlineData("sew rai nam rif wag dut row unt sei rad cus gim unt")]
    [InlineData("sewer rails nameless rift wagtail duties rowboat until seismic radar custom gimmick untie")]
    [InlineData("  sewage\trailway\r\nnames  rift\u00a0wagtail duties rowboat until seismic radar custom gimmick until \n")]
    [InlineData("\"sewage, railway, names, rift, wagtail, duties, rowboat, until, seismic, radar, custom, gimmick, until.\"")]
    [InlineData("\ufeffsewage-railway-names-rift-wagtail-duties-rowboat-until-seismic-radar-custom-gimmick-until")]
    public void TryDecode_TypedByAPerson_IsUnderstood(string phrase) => Assert.Equal(Row5Seed, Decode(phrase));

    [Theory]
    [InlineData("", RecoveryPhraseError.Empty, -1)]
    [InlineData(" \t., ", RecoveryPhraseError.Empty, -1)]
    [InlineData("sewage", RecoveryPhraseError.TooFewWords, -1)]
    [InlineData("sewage railway names rift wagtail duties rowboat until seismic radar custom gimmick", RecoveryPhraseError.TooFewWords, -1)]
    [InlineData(Row5 + " until", RecoveryPhraseError.TooManyWords, -1)]
    [InlineData(Row5 + " until names", RecoveryPhraseError.TooManyWords, -1)]
    [InlineData("sewage railway names rift wagtail duties rowboat until seismic radar custom gimmick sewage", RecoveryPhraseError.ChecksumMismatch, -1)]
    [InlineData("abcd railway names rift wagtail duties rowboat until seismic radar custom gimmick until", RecoveryPhraseError.UnknownWord, 0)]
    [InlineData("sewage railway names rift wagtail duties rowboat until seismic radar custom gi until", RecoveryPhraseError.UnknownWord, 11)]
    [InlineData("sewage railway names rift wagtail duties rowboat until seismic radar custom gimmick zzz", RecoveryPhraseError.UnknownWord, 12)]
    [InlineData("dotted bikini vexed vane orbit dabbing diet amidst geek goldfish ceiling organism orbit", RecoveryPhraseError.ChecksumMismatch, -1)]
    [InlineData("focus somewhere soil focus somewhere soil focus somewhere soil focus somewhere soil soil", RecoveryPhraseError.OutOfRange, 0)]
    public void TryDecode_NotAPhrase_SaysWhatIsWrongAndGivesNoSeed(string phrase, RecoveryPhraseError error, int position)
    {
        byte[] seed = [.. Enumerable.Repeat((byte)7, 32)];

        Assert.False(RecoveryPhrase.TryDecode(phrase, seed, out RecoveryPhraseFailure failure));

        Assert.Equal(error, failure.Error);
        Assert.Equal(position, failure.Position);
        Assert.All(seed, x => Assert.Equal(0, x));
        Assert.Equal(failure, Assert.Throws<RecoveryPhraseException>(() => RecoveryPhrase.Decode(phrase, seed)).Failure);
        Assert.False(SessionIdentity.TryFromPhrase(phrase, out SessionIdentity? identity, out _));
        Assert.Null(identity);
    }

    [Theory]
    [InlineData("srwage", "sewage")]
    [InlineData("rsilway", "railway")]
    [InlineData("Nqmes", "names")]
    [InlineData("thisisnotawordofanylanguagewhatsoever", null)]
    public void TryDecode_UnknownWord_SuggestsTheNearest(string typed, string? expected)
    {
        Assert.False(RecoveryPhrase.TryDecode(string.Join(' ', Row5.Split(' ').Skip(1).Prepend(typed)), new byte[32], out RecoveryPhraseFailure failure));

        Assert.Equal(expected, failure.NearestWord);
    }

    [Fact]
    public void Exception_UnknownWord_TellsThePlaceAndNoneOfTheWords()
    {
        string phrase = Row5.Replace("wagtail", "wqgtail");

        var exception = Assert.Throws<RecoveryPhraseException>(() => SessionIdentity.FromPhrase(phrase));

        Assert.Contains("Word 5", exception.Message);
        Assert.DoesNotContain("wagtail", exception.ToString());
        Assert.All(phrase.Split(' '), word => Assert.DoesNotContain(word, exception.ToString()));
    }

    [Fact]
    public void TryDecode_TwelveWords_OnlyWhenAskedFor()
    {
        string phrase = Row5[..Row5.LastIndexOf(' ')];

        Assert.Equal(Row5Seed, Decode(phrase, Lenient));
        Assert.Equal(Row5Seed, Decode(Row5, Lenient));
    }

    [Theory]
    [InlineData(11, RecoveryPhraseError.TooFewWords)]
    [InlineData(14, RecoveryPhraseError.TooFewWords)]
    [InlineData(23, RecoveryPhraseError.TooFewWords)]
    [InlineData(26, RecoveryPhraseError.TooManyWords)]
    [InlineData(1_000_000, RecoveryPhraseError.TooManyWords)]
    public void TryDecode_OtherCountsWithAllOptions_AreRefused(int count, RecoveryPhraseError error)
    {
        Assert.False(RecoveryPhrase.TryDecode(string.Join(' ', Enumerable.Repeat("abbey", count)), new byte[32], out RecoveryPhraseFailure failure, Lenient));

        Assert.Equal(error, failure.Error);
    }

    [Fact]
    public void LongPhrase_OfTheSpecification_BothWays()
    {
        const string Phrase = "amaze buffet cake entrance symptoms tiger lamb maze nestle python dusted faxed "
            + "update vague zinger boxes ornament renting glass gained island nabbing afield calamity boxes";
        byte[] seed = [.. Enumerable.Range(0, 32).Select(x => (byte)x)];

        Assert.Equal(Phrase, RecoveryPhrase.Encode(seed));
        Assert.Equal(Convert.ToHexStringLower(seed), Decode(Phrase, Lenient));
        Assert.Equal(Convert.ToHexStringLower(seed), Decode(Phrase[..Phrase.LastIndexOf(' ')], Lenient));
        Assert.False(RecoveryPhrase.TryDecode(Phrase, new byte[32], out RecoveryPhraseFailure failure));
        Assert.Equal(RecoveryPhraseError.TooManyWords, failure.Error);
    }

    [Fact]
    public void TryDecode_AnySeedEncoded_ComesBack() =>
        Gen.Byte.Array[16].Sample(seed => Decode(RecoveryPhrase.Encode(seed)) == Convert.ToHexStringLower(seed));

    [Fact]
    public void TryDecode_AnyFullSeedEncoded_ComesBack() => Gen.Byte.Array[32].Sample(seed =>
        seed.AsSpan(16).ContainsAnyExcept((byte)0) && Decode(RecoveryPhrase.Encode(seed), Lenient) == Convert.ToHexStringLower(seed));

    [Fact]
    public void TryDecode_AnyText_NeverThrows() => Gen.String[0, 200].Sample(text =>
        RecoveryPhrase.TryDecode(text, new byte[32], out RecoveryPhraseFailure failure, Lenient) == (failure.Error == RecoveryPhraseError.None));

    [Fact]
    public void TryDecode_AnyThirteenListWords_AreRangeOrChecksumErrorsOrEncodeBack() =>
        Gen.Int[0, 1625].Array[13].Sample(indexes =>
        {
            string phrase = string.Join(' ', indexes.Select(x => MnemonicLanguage.English.Words[x]));
            byte[] seed = new byte[32];
            return RecoveryPhrase.TryDecode(phrase, seed, out RecoveryPhraseFailure failure)
                ? RecoveryPhrase.Encode(seed.AsSpan(0, 16)) == phrase
                : failure.Error is RecoveryPhraseError.OutOfRange or RecoveryPhraseError.ChecksumMismatch;
        });

    [Fact]
    public void TryEncode_SpanTooShort_GivesNothing()
    {
        char[] phrase = new char[Row5.Length - 1];

        Assert.False(RecoveryPhrase.TryEncode(Convert.FromHexString(Row5Seed), phrase, out int length));

        Assert.Equal(0, length);
        Assert.All(phrase, x => Assert.Equal('\0', x));
        Assert.Throws<ArgumentException>(() => RecoveryPhrase.Encode(new byte[15]));
    }

    [Fact]
    public void ExportPhrase_FullSeed_NeedsTheLongForm()
    {
        byte[] seed = [.. Enumerable.Range(0, 32).Select(x => (byte)x)];
        using SessionIdentity identity = SessionIdentity.FromSeed(seed, SecretExport.Once);

        Assert.Throws<InvalidOperationException>(() => identity.ExportPhrase());
        string phrase = identity.ExportPhrase(Lenient);

        using SessionIdentity again = SessionIdentity.FromPhrase(phrase, options: Lenient);
        Assert.Equal(identity.AccountId, again.AccountId);
        Assert.Throws<InvalidOperationException>(() => identity.ExportPhrase(Lenient));
    }

    [Fact]
    public void ExportPhrase_CountsTogetherWithTheSeed()
    {
        using SessionIdentity once = SessionIdentity.Create(SecretExport.Once);
        using SessionIdentity never = SessionIdentity.FromPhrase(once.ExportPhrase());

        Assert.Throws<InvalidOperationException>(() => once.ExportSeed(new byte[32]));
        Assert.Throws<InvalidOperationException>(() => never.ExportPhrase());
    }

    // The seed's hex without the zero half of a short phrase.
    private static string Decode(string phrase, RecoveryPhraseOptions? options = null)
    {
        byte[] seed = new byte[32];
        RecoveryPhrase.Decode(phrase, seed, options);
        return Convert.ToHexStringLower(seed.AsSpan(0, seed.AsSpan(16).ContainsAnyExcept((byte)0) ? 32 : 16));
    }
}
