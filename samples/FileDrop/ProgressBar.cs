using Session.Protocol.Client.Attachments;

namespace FileDrop;

/// <summary>A bar that fills on one line of the terminal; where the output is no terminal, one line at the end.</summary>
public sealed class ProgressBar(TextWriter output, string title) : IProgress<AttachmentProgress>
{
    private const int Width = 30;

    private readonly Lock _gate = new();
    private (AttachmentStage Stage, int Filled) _shown = (default, -1);
    private bool _isFinished;

    public void Report(AttachmentProgress value)
    {
        int filled = value.Total > 0 ? (int)(value.Done * Width / value.Total) : 0;
        lock (_gate)
        {
            if (!_isFinished && _shown != (value.Stage, filled) && !Console.IsOutputRedirected)
            {
                _shown = (value.Stage, filled);
                output.Write($"\r{title} [{new string('#', filled).PadRight(Width, '.')}] {value.Stage,-12}");
            }
        }
    }

    public void Finish(string result)
    {
        lock (_gate)
        {
            _isFinished = true;
            output.WriteLine($"{(Console.IsOutputRedirected ? string.Empty : "\r")}{title} [{new string('#', Width)}] {result,-12}");
        }
    }
}
