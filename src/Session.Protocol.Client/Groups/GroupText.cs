using System.Text;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>Checks of texts that an application gives.</summary>
internal static class GroupText
{
    public static void RequireName(string name, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, parameter);
        RequireSize(name, GroupLimits.MaxNameSize, parameter);
    }

    public static void RequireSize(string text, int max, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        if (Encoding.UTF8.GetByteCount(text) > max)
        {
            throw new ArgumentException($"Expected at most {max} bytes of UTF-8.", parameter);
        }
    }
}
