namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Decrypt 1 MiB.</summary>
public class AttachmentDecrypt1M() : AttachmentDecryptBase(1024 * 1024);
