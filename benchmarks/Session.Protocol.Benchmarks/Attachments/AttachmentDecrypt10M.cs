namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Decrypt 9.9 MB.</summary>
public class AttachmentDecrypt10M() : AttachmentDecryptBase(9_900_000);
