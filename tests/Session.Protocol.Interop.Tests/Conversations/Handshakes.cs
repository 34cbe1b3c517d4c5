using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>Every handshake that a release of libsignal and this library have in common.</summary>
public static class Handshakes
{
    public static TheoryData<string, RatchetSuite> All => new()
    {
        { Releases.Current, RatchetSuite.PqxdhWithPqChain },
        { Releases.Classic, RatchetSuite.Pqxdh },
        { Releases.Classic, RatchetSuite.X3dh },
        { Releases.Legacy, RatchetSuite.X3dh },
    };

    /// <summary>Release, suite, whether we start, whether the bundle has a one-time pre-key.</summary>
    public static TheoryData<string, RatchetSuite, bool, bool> BothDirections
    {
        get
        {
            var data = new TheoryData<string, RatchetSuite, bool, bool>();
            foreach ((string release, RatchetSuite suite) in All.Select(x => x.Data))
            {
                data.Add(release, suite, true, true);
                data.Add(release, suite, true, false);
                data.Add(release, suite, false, true);
                data.Add(release, suite, false, false);
            }

            return data;
        }
    }
}
