using System.Diagnostics;
using EchoBot;
using FileDrop;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting.Tests.Samples;

/// <summary>The samples as their readers run them.</summary>
public sealed class SampleTests(BotHost hosts) : IClassFixture<BotHost>
{
    [Theory]
    [InlineData("EchoBot", "A visitor was answered: You said: Is anybody there?")]
    [InlineData("CommandBot", "Usage: /roll <sides> [dice]")]
    [InlineData("MultiAccount", "Thank you for writing to press.")]
    [InlineData("FileDrop", "The file arrived as it was sent.")]
    public async Task Run_Local_DoesWhatItsPageSays(string sample, string expected)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, sample + ".dll"));
        start.ArgumentList.Add("--local");
        using Process process = Process.Start(start)!;
        try
        {
            while (true)
            {
                string? line = await process.StandardOutput.ReadLineAsync(deadline.Token);
                Assert.True(line is not null, $"{sample} ended without saying '{expected}'.");
                if (line.Contains(expected, StringComparison.Ordinal))
                {
                    break;
                }
            }
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task EchoBot_WithAStore_AnswersNothingTwiceAfterARestart()
    {
        using var deadline = new CancellationTokenSource(BotHost.Patience);
        using SessionIdentity identity = SessionIdentity.Create(SecretExport.Allowed);
        using ScriptedPeer peer = hosts.Network.CreatePeer();
        string folder = Directory.CreateTempSubdirectory("echobot-").FullName;
        string[] args =
        [
            $"--Session:Accounts:echo:Phrase={identity.ExportPhrase()}",
            "--Session:Accounts:echo:PollInterval=00:00:00.05",
            $"--Store:Path={Path.Combine(folder, "echo.db")}",
            "--Store:Passphrase=only for this test",
        ];
        try
        {
            foreach (string text in (string[])["first run", "second run"])
            {
                using IHost host = EchoBotHost.Build(args, hosts.Network.ClientOptions);
                await host.StartAsync(deadline.Token);
                peer.SendText(identity.AccountId, text);
                Assert.Equal($"You said: {text}", await peer.ReceiveTextAsync(deadline.Token));
                await host.StopAsync(deadline.Token);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("photo.jpg", "photo.jpg")]
    [InlineData("../../etc/passwd", "etcpasswd")]
    [InlineData(".bashrc", "bashrc")]
    [InlineData("C:\\a\\b.txt", "Cab.txt")]
    [InlineData("/", "file")]
    [InlineData(null, "file")]
    public void FileDrop_NameOfAStranger_LeadsNowhere(string? name, string expected)
    {
        var message = new ReceivedMessage(default, default, new TextMessage("x"), DateTimeOffset.UnixEpoch, "hash", Protection.Sealed);

        Assert.Equal($"19700101-000000000-{expected}", Drop.SafeName(message, new AttachmentPointer { Url = "http://example.org/1", FileName = name }));
    }
}
