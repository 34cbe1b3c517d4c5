namespace Session.Protocol.Messages.Mapping;

/// <summary>Leads from a bad field of a stranger's message straight out of the reader; <see cref="ContentCodec"/> makes a result of it.</summary>
internal sealed class InvalidContentException(ContentDecodeResult reason) : FormatException(reason.ToString())
{
    public ContentDecodeResult Reason { get; } = reason;
}
