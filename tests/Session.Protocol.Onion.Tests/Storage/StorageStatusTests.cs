using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>protocol/21 §8.</summary>
public class StorageStatusTests
{
    [Theory]
    [InlineData(200, OnionFault.InvalidResponse, true)]
    [InlineData(400, OnionFault.Rejected, false)]
    [InlineData(401, OnionFault.Unauthorized, false)]
    [InlineData(403, OnionFault.Rejected, false)]
    [InlineData(404, OnionFault.NotFound, false)]
    [InlineData(406, OnionFault.ClockOutOfSync, true)]
    [InlineData(410, OnionFault.Rejected, false)]
    [InlineData(413, OnionFault.TooLarge, false)]
    [InlineData(421, OnionFault.WrongSwarm, true)]
    [InlineData(425, OnionFault.ClockOutOfSync, true)]
    [InlineData(429, OnionFault.RateLimited, true)]
    [InlineData(500, OnionFault.ServerBusy, true)]
    [InlineData(502, OnionFault.DestinationFailed, true)]
    [InlineData(503, OnionFault.ServerBusy, true)]
    [InlineData(504, OnionFault.DestinationFailed, true)]
    public void ToFault_EachDocumentedStatus_SaysWhatWentWrongAndWhetherToTryAgain(int status, OnionFault fault, bool transient)
    {
        Assert.Equal(fault, StorageStatus.ToFault(status));
        Assert.Equal(transient, new StorageException(StorageStatus.ToFault(status), status, null).IsTransient);
    }
}
