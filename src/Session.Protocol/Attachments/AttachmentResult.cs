using System.Runtime.InteropServices;

namespace Session.Protocol.Attachments;

/// <summary>The outcome of decrypting one file.</summary>
/// <param name="Status">Whether it is genuine and complete. With anything but <see cref="AttachmentStatus.Complete"/>, throw away what was written.</param>
/// <param name="Size">Bytes that were written.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AttachmentResult(AttachmentStatus Status, long Size)
{
    /// <summary>Whether the file is genuine and complete.</summary>
    public bool IsComplete => Status == AttachmentStatus.Complete;
}
