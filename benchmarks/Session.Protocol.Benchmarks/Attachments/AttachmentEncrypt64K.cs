namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Encrypt 64 KiB.</summary>
public class AttachmentEncrypt64K() : AttachmentEncryptBase(64 * 1024);
