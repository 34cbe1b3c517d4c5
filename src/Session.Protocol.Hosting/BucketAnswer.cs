namespace Session.Protocol.Hosting;

/// <summary>What <see cref="SenderBuckets"/> says of a message.</summary>
internal enum BucketAnswer
{
    Allowed,
    FirstRefused,
    Refused,
}
