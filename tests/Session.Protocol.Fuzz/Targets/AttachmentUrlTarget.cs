using System.Text;
using Session.Protocol.Attachments;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The URL of a file, as it comes in a message.</summary>
internal sealed class AttachmentUrlTarget : IFuzzTarget
{
    public static string Name => "attachment-url";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        string text = Encoding.UTF8.GetString(input);
        _ = AttachmentCipher.SchemeOf(text);
        if (AttachmentUrl.TryParse(text, out AttachmentUrl? url))
        {
            FuzzFinding.Require(AttachmentUrl.TryParse(url.Format(), out AttachmentUrl? again) && again.FileId == url.FileId && again.Scheme == url.Scheme && again.ServerKey == url.ServerKey, "A URL changes when it is written and read again.");
            FuzzFinding.Require(Uri.TryCreate($"http://{url.Host}:{url.Port ?? 80}/", UriKind.Absolute, out _), "The host makes no address.");
        }
    }
}
