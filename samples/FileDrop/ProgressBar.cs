using Session.Protocol.Client.Attachments;

namespace FileDrop;

/// <summary>A bar that fills on one line of the terminal; where the output is no terminal, one line at the end.</summary>
public sealed class ProgressBar(string title) : IProgress<AttachmentProgress>
{
    private const int Width = 30;

    public void Report(AttachmentProgress value)
    {
        if (!Console.IsOutputRedirected)
        {
            int filled = value.Total > 0 ? (int)(value.Done * Width / value.Total) : 0;
            Console.Write($"\r{title} [{new string('#', filled).PadRight(Width, '.')}] {value.Stage,-12}");
        }
    }

    public void Finish(string result) => Console.WriteLine($"{(Console.IsOutputRedirected ? "" : "\r")}{title} [{new string('#', Width)}] {result,-12}");
}
