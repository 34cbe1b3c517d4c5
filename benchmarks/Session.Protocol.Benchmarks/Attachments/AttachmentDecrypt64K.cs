namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Decrypt 64 KiB.</summary>
public class AttachmentDecrypt64K() : AttachmentDecryptBase(64 * 1024);
