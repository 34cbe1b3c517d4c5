using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests;

/// <summary>Both libraries show the same number and the same QR code.</summary>
public class SafetyNumberTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int Pairs = 8;

    [Theory]
    [InlineData(Releases.Current)]
    [InlineData(Releases.Classic)]
    [InlineData(Releases.Legacy)]
    public async Task Create_ForTheSameKeys_EqualsLibsignals(string release)
    {
        LibsignalProcess process = libsignal.Require(release);
        for (int seed = 0; seed < Pairs; seed++)
        {
            var random = new SeededRandomSource(seed);
            using RatchetParty local = RatchetParty.Create(new RatchetAddress($"local {seed}"), random);
            using RatchetParty remote = RatchetParty.Create(new RatchetAddress($"remote {seed}"), random);
            byte[] localId = Encoding.UTF8.GetBytes(local.Address.Name), remoteId = Encoding.UTF8.GetBytes(remote.Address.Name);

            SafetyNumber ours = SafetyNumber.Create(localId, local.IdentityKey, remoteId, remote.IdentityKey);
            JsonElement theirs = await process.CallAsync("fingerprint", new JsonObject
            {
                ["localId"] = LibsignalParty.Hex(localId),
                ["localKey"] = LibsignalParty.Hex(local.IdentityKey),
                ["remoteId"] = LibsignalParty.Hex(remoteId),
                ["remoteKey"] = LibsignalParty.Hex(remote.IdentityKey),
            });

            Assert.Equal(theirs.GetProperty("display").GetString(), ours.Digits);
            Assert.Equal(theirs.GetProperty("scannable").GetString(), LibsignalParty.Hex(ours.Scannable.Span));
        }
    }
}
