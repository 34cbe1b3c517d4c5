using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Devices;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Tests.Groups;

public class GroupStateTests
{
    private static readonly AccountId Account = NewId();

    [Fact]
    public void Took_NumbersInAnyOrder_RemembersWhatIsMissing()
    {
        using GroupReader reader = GroupReader.Create(Guid.NewGuid());
        reader.StartAt(5);

        reader.Took(8, []);
        Assert.Equal([5ul, 6, 7], reader.Missing);
        reader.Took(6, []);
        Assert.Equal([5ul, 7], reader.Missing);
        reader.Took(9, [7]);
        Assert.Equal([5ul], reader.Missing);
        Assert.Equal(10ul, reader.NextNumber);
    }

    [Fact]
    public void Took_WithoutABeginning_MissesNothingBeforeTheFirst()
    {
        using GroupReader reader = GroupReader.Create(Guid.NewGuid());

        reader.Took(1_000, []);

        Assert.Empty(reader.Missing);
    }

    [Fact]
    public void Took_AGapOfAnyLength_StaysBounded()
    {
        using GroupReader reader = GroupReader.Create(Guid.NewGuid());
        reader.StartAt(1);

        reader.Took(long.MaxValue - 1, []);
        reader.Took(3, []);

        Assert.Equal(GroupReader.MaxMissing, reader.Missing.Count);
    }

    [Fact]
    public void Entries_WrittenAndRead_AreTheSame()
    {
        using GroupReader reader = GroupReader.Create(Guid.NewGuid());
        reader.Took(7, []);
        reader.Took(9, []);
        using GroupReader read = GroupReader.Read(reader.Write());
        Assert.Equal((10ul, [8ul]), (read.NextNumber, read.Missing.ToArray()), (x, y) => x.Item1 == y.Item1 && x.Item2.SequenceEqual(y.Item2));

        using GroupWriter writer = GroupWriter.Create(Guid.NewGuid());
        writer.Rotate(3, DateTimeOffset.UnixEpoch, keepStart: true);
        writer.Delivered[(Account, new DeviceTag(1))] = new GroupDelivery(4, 5, IsRepeated: true);
        writer.AddUnsent(6);
        writer.NextNumber = 9;
        byte[] bytes = writer.Write();
        using GroupWriter again = GroupWriter.Read(bytes);
        Assert.Equal(bytes, again.Write());

        var access = new GroupAccess
        {
            SigningValue = new byte[100],
            Seed = new byte[32],
            OuterKeys = [new byte[32]],
            Unannounced = [new GroupHash(1)],
            Untold = [Account],
            Revoked = [new GroupHash(2)],
            Asked = [new GroupAsk(Account, GroupRequest.Snapshot, 4)],
        };
        Assert.Equal(access.Write(), GroupAccess.Read(access.Write()).Write());
        Assert.Throws<InvalidDataException>(() => GroupAccess.Read([9]));
        Assert.Throws<InvalidDataException>(() => GroupReader.Read([9]));
        Assert.Throws<InvalidDataException>(() => GroupWriter.Read(bytes.AsSpan(0, 40)));
    }

    [Fact]
    public void IsUsable_WhenSomebodyHasTheChainWhoShouldNot_IsFalse()
    {
        DateTimeOffset now = DateTimeOffset.UnixEpoch;
        HashSet<(AccountId, DeviceTag)> members = [(Account, new DeviceTag(1))];
        using GroupWriter writer = GroupWriter.Create(Guid.NewGuid());
        Assert.False(writer.IsUsable(0, members, now));
        writer.Rotate(0, now, keepStart: false);
        Assert.True(writer.IsUsable(0, members, now));
        writer.Delivered[(Account, new DeviceTag(1))] = default;

        Assert.True(writer.IsUsable(0, members, now));
        Assert.False(writer.IsUsable(1, members, now));
        Assert.False(writer.IsUsable(0, members, now + GroupWriter.MaxChainAge));
        Assert.False(writer.IsUsable(0, new HashSet<(AccountId, DeviceTag)> { (Account, new DeviceTag(2)) }, now));
    }

    private static AccountId NewId()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        return identity.AccountId;
    }
}
