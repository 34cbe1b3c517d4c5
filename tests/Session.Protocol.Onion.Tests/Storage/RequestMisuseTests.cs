using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Storage;

public sealed class RequestMisuseTests : IDisposable
{
    private static readonly string Hash = new('A', 43);

    private readonly SessionIdentity _owner = SessionIdentity.FromSeed(new byte[32]);

    private SwarmCredentials Owner => SwarmCredentials.ForAccount(_owner);

    public void Dispose() => _owner.Dispose();

    [Fact]
    public void Requests_MadeWrongly_ThrowAtOnce()
    {
        AccountId other = AccountId.Parse("05" + new string('1', 64));
        TimeSpan day = TimeSpan.FromDays(1);
        Assert.Throws<ArgumentException>(() => new StoreRequest(other, default, new byte[76_801], day));
        Assert.Throws<ArgumentException>(() => new StoreRequest(other, new(2), new byte[1], day));
        Assert.Throws<ArgumentException>(() => new StoreRequest(other, new(2), new byte[1], day, Owner));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoreRequest(other, default, new byte[1], TimeSpan.FromSeconds(9.9)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new StoreRequest(other, default, new byte[1], TimeSpan.FromDays(14) + TimeSpan.FromMilliseconds(1)));
        Assert.Throws<ArgumentException>(() => new RetrieveRequest(other, default, null));
        Assert.Throws<ArgumentException>(() => new RetrieveRequest(_owner.AccountId, default, Owner) { LastHash = "short" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetrieveRequest(_owner.AccountId, default, Owner) { MaxCount = -1 });
        Assert.Throws<ArgumentException>(() => new DeleteRequest(Owner, []));
        Assert.Throws<ArgumentException>(() => new DeleteRequest(Owner, [Hash, "not a hash"]));
        Assert.Throws<ArgumentException>(() => BatchRequest.Parallel([]));
        Assert.Throws<ArgumentException>(() => BatchRequest.Parallel(Enumerable.Repeat(new InfoRequest(), 21)));
        Assert.Throws<ArgumentException>(() => BatchRequest.OneByOne([BatchRequest.Parallel([new InfoRequest()])]));
        Assert.Throws<ArgumentException>(() => BatchRequest.Parallel(
            [new StoreRequest(other, default, new byte[1], day), new RetrieveRequest(_owner.AccountId, default, Owner)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new DeleteBeforeRequest(Owner, default, DateTimeOffset.FromUnixTimeMilliseconds(1_775_000)));
    }

    [Fact]
    public void Requests_AtTheLimits_AreMade()
    {
        Assert.Equal(43, new StoreRequest(_owner.AccountId, default, new byte[76_800], TimeSpan.FromDays(14)).Hash.Length);
        Assert.NotEmpty(new StoreRequest(_owner.AccountId, new(2), Array.Empty<byte>(), TimeSpan.FromDays(30), Owner).ToBody(1));
        Assert.NotEmpty(new RetrieveRequest(_owner.AccountId, new(-10), null).ToBody(1));
        Assert.NotEmpty(new RetrieveRequest(_owner.AccountId, new(-1), null).ToBody(1));
        Assert.NotEmpty(BatchRequest.Parallel(Enumerable.Range(0, 20).Select(_ => new InfoRequest())).ToBody(1));
    }
}
