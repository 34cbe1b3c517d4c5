using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.SenderKeys;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests.Groups;

/// <summary>
/// Two members write to their group over a network that loses, doubles, delays, reorders and alters, and rotate now and then. Of every
/// message the outcome is known beforehand.
/// </summary>
internal sealed class GroupConversation(IGroupMember[] sides, int seed)
{
    private const int PercentLost = 8;
    private const int PercentRepeated = 8;
    private const int PercentAltered = 5;
    private const int PercentRotated = 2;
    private const int MaxUnderWay = 60;
    private const int MaxPlaintext = 300;

    private readonly SeededRandomSource _random = new(seed);
    private readonly List<Letter> _underWay = [];
    private readonly HashSet<Letter> _opened = new(ReferenceEqualityComparer.Instance);
    private readonly int[] _chain = [-1, -1];
    private int _step;

    public int Sent { get; private set; }

    public int Opened => _opened.Count;

    /// <summary>Messages refused because their chain was rotated away too often.</summary>
    public int Forgotten { get; private set; }

    public int Late { get; private set; }

    public async Task RunAsync(int messages)
    {
        try
        {
            await LearnAsync(0, await sides[0].DistributeAsync());
            await LearnAsync(1, await sides[1].DistributeAsync());
            while (Sent < messages)
            {
                _step++;
                await OperateAsync(_random.Next(2));
            }

            while (_underWay.Count > 0)
            {
                _step++;
                await DeliverAsync(_random.Next(_underWay.Count), isRepeated: false);
            }
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, step {_step}: {e.Message}", e);
        }
    }

    private async Task OperateAsync(int side)
    {
        if (_random.Chance(PercentRotated))
        {
            await LearnAsync(side, await sides[side].RotateAsync());
        }
        else if (_underWay.Count < MaxUnderWay && _random.Chance(50))
        {
            byte[] plaintext = new byte[_random.Next(MaxPlaintext)];
            _random.Fill(plaintext);
            _underWay.Add(new Letter(side, _chain[side], await sides[side].EncryptAsync(plaintext), plaintext));
            Sent++;
        }
        else if (_underWay.Count > 0)
        {
            int which = _random.Next(_underWay.Count);
            if (_random.Chance(PercentLost))
            {
                _underWay.RemoveAt(which);
            }
            else if (_random.Chance(PercentAltered))
            {
                await DeliverAlteredAsync(_underWay[which]);
            }
            else
            {
                await DeliverAsync(which, _random.Chance(PercentRepeated));
            }
        }
    }

    // What a repeated distribution must not do is rewind, so each comes twice.
    private async Task LearnAsync(int author, byte[] distribution)
    {
        _chain[author]++;
        await sides[1 - author].ProcessAsync(sides[author], distribution);
        await sides[1 - author].ProcessAsync(sides[author], distribution);
    }

    private async Task DeliverAsync(int which, bool isRepeated)
    {
        Letter letter = _underWay[which];
        if (!isRepeated)
        {
            _underWay.RemoveAt(which);
        }

        int reader = 1 - letter.From;
        Opened opened = await sides[reader].OpenAsync(sides[letter.From], letter.Message);
        bool isForgotten = _chain[letter.From] - letter.Chain >= SenderKeyLimits.MaxStates;
        if (isForgotten || !_opened.Add(letter))
        {
            Assert.True(opened.Plaintext is null, $"side {reader} opened a message that it has opened or cannot know: {opened}");
            Assert.True(isForgotten || opened.IsDuplicate, $"side {reader} does not see a duplicate: {opened}");
            Forgotten += isForgotten ? 1 : 0;
            return;
        }

        Assert.True(opened.Plaintext is not null && letter.Plaintext.AsSpan().SequenceEqual(opened.Plaintext), $"side {reader} did not open: {opened}");
        Late += letter.Chain < _chain[letter.From] ? 1 : 0;
    }

    private async Task DeliverAlteredAsync(Letter letter)
    {
        byte[] altered = [.. letter.Message];
        int at = _random.Next(altered.Length);
        altered[at] ^= (byte)(1 << _random.Next(8));
        Opened refused = await sides[1 - letter.From].OpenAsync(sides[letter.From], altered);
        Assert.True(refused.Plaintext is null, $"side {1 - letter.From} opened a message altered at byte {at} of {altered.Length}");
    }

    /// <summary>A message under way.</summary>
    /// <param name="From">The side that wrote it, 0 or 1.</param>
    /// <param name="Chain">The number of its author's chain.</param>
    private sealed record Letter(int From, int Chain, byte[] Message, byte[] Plaintext);
}
