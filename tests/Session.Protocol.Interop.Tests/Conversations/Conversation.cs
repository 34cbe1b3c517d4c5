using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>
/// Two parties who send in bursts over a network that loses, repeats and reorders, and who may start new sessions at any time.
/// Beside them runs a model that knows for each delivery whether it must open.
/// </summary>
internal sealed class Conversation(IParty[] sides, RatchetSuite suite, bool withOneTime, int seed)
{
    private const int MaxBurst = 6;
    private const int MaxUnderWay = 25;
    private const int PercentLost = 6;
    private const int PercentRepeated = 6;
    private const int LongPlaintext = 2000;
    private const int ShortPlaintext = 120;

    private readonly SeededRandomSource _random = new(seed);
    private readonly int?[] _current = new int?[2];
    private readonly List<ChainMemory[]> _sessions = [];
    private readonly List<Letter> _underWay = [];
    private int _step;

    public int Sent { get; private set; }

    public int Opened { get; private set; }

    public int SessionCount => _sessions.Count;

    /// <summary>A new session, started by one side.</summary>
    public async Task StartAsync(int side)
    {
        PreKeyBundle bundle = await sides[1 - side].MakeBundleAsync(suite != RatchetSuite.X3dh, withOneTime);
        await sides[side].StartAsync(sides[1 - side], bundle, suite);
        _current[side] = _sessions.Count;
        _sessions.Add([new ChainMemory(), new ChainMemory()]);

        // The signed pre-key serves as the first chain, in which nothing ever comes.
        _sessions[^1][side].Know(bundle.SignedPreKey);
    }

    /// <summary>Sends that many messages and delivers what is not lost. Up to <paramref name="newSessions"/> sessions begin in between.</summary>
    public async Task RunAsync(int messages, int newSessions = 0)
    {
        try
        {
            while (Sent < messages)
            {
                _step++;
                await OperateAsync(_random.Next(2), newSessions);
            }

            while (_underWay.Count > 0)
            {
                _step++;
                await DeliverAsync(_random.Next(_underWay.Count));
            }

            await TalkAsync();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, step {_step}: {e.Message}", e);
        }
    }

    private async Task OperateAsync(int side, int newSessions)
    {
        if (_sessions.Count <= newSessions && _random.Chance(4))
        {
            await ReplaceSessionAsync(side);
        }
        else if (_current[side] is not null && _underWay.Count < MaxUnderWay && _random.Chance(30))
        {
            for (int burst = 1 + _random.Next(MaxBurst); burst > 0; burst--)
            {
                await SendAsync(side);
            }
        }
        else if (_underWay.Count > 0)
        {
            int which = _random.Next(_underWay.Count);
            if (_random.Chance(PercentLost) && _current[_underWay[which].To] is not null)
            {
                _underWay.RemoveAt(which);
            }
            else
            {
                await DeliverAsync(which, isRepeated: _random.Chance(PercentRepeated));
            }
        }
        else if (_current[side] is null && _current[1 - side] is null)
        {
            await StartAsync(side);
        }
    }

    /// <summary>One side or both at once start over, or one closes its session and waits.</summary>
    private async Task ReplaceSessionAsync(int side)
    {
        switch (_random.Next(3))
        {
            case 0:
                await StartAsync(side);
                break;
            case 1:
                await StartAsync(side);
                await StartAsync(1 - side);
                await SendAsync(side);
                await SendAsync(1 - side);
                break;
            default:
                if (_current[side] is not null)
                {
                    await sides[side].ArchiveAsync(sides[1 - side]);
                    _current[side] = null;
                }

                break;
        }
    }

    private async Task SendAsync(int side)
    {
        byte[] plaintext = new byte[_random.Next(_random.Chance(10) ? LongPlaintext : ShortPlaintext)];
        _random.Fill(plaintext);
        RatchetMessage message = await sides[side].EncryptAsync(sides[1 - side], plaintext);
        _underWay.Add(new Letter(1 - side, _current[side]!.Value, message, plaintext));
        Sent++;
    }

    private async Task DeliverAsync(int which, bool isRepeated = false)
    {
        Letter letter = _underWay[which];
        if (!isRepeated)
        {
            _underWay.RemoveAt(which);
        }

        ChainMemory memory = _sessions[letter.Session][letter.To];
        Opened opened = await sides[letter.To].OpenAsync(sides[1 - letter.To], letter.Message);
        if (memory.IsOpened(letter) || memory.IsDropped(letter.RatchetKey))
        {
            Assert.True(opened.Plaintext is null, $"side {letter.To} opened a message that it has opened or cannot know: {opened}");
            Assert.True(opened.IsDuplicate || memory.IsDropped(letter.RatchetKey), $"side {letter.To} does not see a duplicate: {opened}");
            return;
        }

        Assert.True(opened.Plaintext is not null && letter.Plaintext.AsSpan().SequenceEqual(opened.Plaintext), $"side {letter.To} did not open: {opened}");
        memory.Opened(letter);
        _current[letter.To] = letter.Session;
        Opened++;
    }

    /// <summary>Whatever happened before, both sides now hear each other's every word.</summary>
    private async Task TalkAsync()
    {
        int first = _current[0] is not null ? 0 : 1;
        for (int i = 0; i < 6; i++)
        {
            await SendAsync(i % 2 == 0 ? first : 1 - first);
            await DeliverAsync(0);
        }

        Assert.Equal(_current[0], _current[1]);
    }
}
