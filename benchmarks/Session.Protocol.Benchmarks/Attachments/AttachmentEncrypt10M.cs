namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>Encrypt 9.9 MB.</summary>
public class AttachmentEncrypt10M() : AttachmentEncryptBase(9_900_000);
