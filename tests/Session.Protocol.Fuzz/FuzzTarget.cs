using Session.Protocol.Fuzz.Targets;
using Session.Protocol.TestSupport;

namespace Session.Protocol.Fuzz;

/// <summary>A target by its name, with its corpus.</summary>
public sealed record FuzzTarget(string Name, FuzzTarget.Body Fuzz)
{
    /// <summary>What a target does with one input.</summary>
    public delegate void Body(ReadOnlySpan<byte> input);

    /// <summary>One for each decoder that reads what others sent. A new decoder comes with its target and a corpus.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of<AccountIdTarget>(),
        Of<AttachmentTarget>(),
        Of<AttachmentUrlTarget>(),
        Of<BencodeTarget>(),
        Of<CapabilityRecordTarget>(),
        Of<CommandLineTarget>(),
        Of<ContentTarget>(),
        Of<DeviceMessageTarget>(),
        Of<FileServerReplyTarget>(),
        Of<GroupChangeTarget>(),
        Of<GroupLetterTarget>(),
        Of<GroupObjectTarget>(),
        Of<GroupPayloadTarget>(),
        Of<LocalRpcTarget>(),
        Of<MessagePaddingTarget>(),
        Of<NameRecordTarget>(),
        Of<NodeListTarget>(),
        Of<OnionLayerTarget>(),
        Of<OnionNodeReplyTarget>(),
        Of<OnionRequestTarget>(),
        Of<OnionServerMessageTarget>(),
        Of<OnionStoreTarget>(),
        Of<ProtobufTarget>(),
        Of<PushNotificationTarget>(),
        Of<RatchetMessageTarget>(),
        Of<RatchetRecordTarget>(),
        Of<RecoveryPhraseTarget>(),
        Of<SealedContentTarget>(),
        Of<SenderKeyDistributionTarget>(),
        Of<SenderKeyMessageTarget>(),
        Of<SenderKeyRecordTarget>(),
        Of<StorageReplyTarget>(),
        Of<StoredMessageTarget>(),
        Of<SubaccountTokenTarget>(),
    ];

    private static string CorpusFolder => RepositoryFolder.Combine("tests", "Session.Protocol.Fuzz", "corpus");

    public static FuzzTarget Of<T>()
        where T : IFuzzTarget => new(T.Name, T.Fuzz);

    /// <summary>The inputs kept for this target, in a fixed order.</summary>
    public IReadOnlyList<byte[]> ReadCorpus() =>
        [.. Directory.EnumerateFiles(Path.Combine(CorpusFolder, Name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    public override string ToString() => Name;
}
