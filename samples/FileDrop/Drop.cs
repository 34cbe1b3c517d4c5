using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Client;
using Session.Protocol.Client.Attachments;
using Session.Protocol.Messages;

namespace FileDrop;

/// <summary>Sends a file to somebody, and saves the files that somebody sends.</summary>
public static class Drop
{
    /// <summary>Encrypts, uploads and sends one file.</summary>
    public static async Task SendAsync(ISessionClient client, AccountId to, string file, CancellationToken cancellationToken = default)
    {
        await using FileStream content = File.OpenRead(file);
        var bar = new ProgressBar($"sending {Path.GetFileName(file)}");
        AttachmentPointer attachment = await client.Attachments.UploadAsync(content, new AttachmentDescription { FileName = Path.GetFileName(file) }, bar, cancellationToken);
        await client.SendAsync(to, new TextMessage { Attachments = [attachment] }, cancellationToken);
        bar.Finish("sent");
    }

    /// <summary>Saves every file that arrives, until the token is cancelled. The same message may come twice after a crash: then its file is written again.</summary>
    public static Task ReceiveAsync(ISessionClient client, string folder, Action<string>? saved = null, CancellationToken cancellationToken = default) => client.HandleAsync(
        async (message, token) =>
        {
            foreach (AttachmentPointer attachment in (message.Content as TextMessage)?.Attachments ?? [])
            {
                string path = Path.Combine(folder, SafeName(message, attachment));
                var bar = new ProgressBar($"receiving {Path.GetFileName(path)}");
                AttachmentStatus status;
                await using (FileStream file = File.Create(path))
                {
                    status = await client.Attachments.DownloadAsync(attachment, file, bar, token);
                }

                if (status == AttachmentStatus.Complete)
                {
                    bar.Finish("saved");
                    saved?.Invoke(path);
                }
                else
                {
                    bar.Finish($"not a genuine file: {status}");
                    File.Delete(path);
                }
            }
        },
        HandlingOptions.Default with { MaxParallel = 2 },
        cancellationToken);

    /// <summary>The sender chose the name: nothing of it may lead out of the folder, hide the file or overwrite another message's.</summary>
    public static string SafeName(ReceivedMessage message, AttachmentPointer attachment)
    {
        string name = string.Concat((attachment.FileName ?? string.Empty).Where(x => char.IsAsciiLetterOrDigit(x) || x is '.' or '-' or '_').Take(80)).TrimStart('.');
        return string.Create(CultureInfo.InvariantCulture, $"{message.SentAt:yyyyMMdd-HHmmssfff}-{(name.Length > 0 ? name : "file")}");
    }
}
