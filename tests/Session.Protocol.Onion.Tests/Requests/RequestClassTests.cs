using System.Text;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public class RequestClassTests
{
    [Theory]
    [InlineData("""{"method":"retrieve","params":{}}""", "retrieve", true)]
    [InlineData("""{"params":{"method":"retrieve"},"method":"store"}""", "store", true)]
    [InlineData("""{"method":"batch","params":{"requests":[{"method":"retrieve","params":{}},{"method":"expire","params":{}}]}}""", "batch", true)]
    [InlineData("""{"method":"batch","params":{"requests":[{"method":"retrieve","params":{}},{"method":"delete_all","params":{}}]}}""", "batch", false)]
    [InlineData("""{"method":"delete_all","params":{}}""", "delete_all", false)]
    [InlineData("""{"method":"0512345678","params":{}}""", "other", false)]
    [InlineData("""{"method":7}""", "other", false)]
    [InlineData("""{}""", "other", false)]
    [InlineData("""{"method":"retrieve","params":{""", "retrieve", false)]
    [InlineData("""not json""", "other", false)]
    [InlineData("", "other", false)]
    public void Of_Body_IsOneOfAFixedListAndRepeatableWhenEveryPartIs(string body, string name, bool mayRepeat)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(body);

        Assert.Equal((name, mayRepeat), (RequestClass.Of(utf8), RequestClass.MayRepeat(utf8)));
    }
}
