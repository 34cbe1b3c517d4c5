namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Encrypt 1 MiB.</summary>
public class AttachmentEncrypt1M() : AttachmentEncryptBase(1024 * 1024);
