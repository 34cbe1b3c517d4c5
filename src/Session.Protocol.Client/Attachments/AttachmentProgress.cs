using System.Runtime.InteropServices;

namespace Session.Protocol.Client.Attachments;

/// <summary>How far the work on one file has come.</summary>
/// <param name="Stage">What is being done.</param>
/// <param name="Done">Bytes of this stage that are done.</param>
/// <param name="Total">Bytes of this stage; 0 while unknown.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AttachmentProgress(AttachmentStage Stage, long Done, long Total);
