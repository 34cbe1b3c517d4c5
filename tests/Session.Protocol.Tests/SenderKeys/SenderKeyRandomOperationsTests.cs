using System.Collections.Concurrent;
using System.Text;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>
/// A thousand short lives of an author and two readers: messages are lost, doubled, reordered and altered, distributions come again,
/// sides restart, the author rotates. Every delivered message must open exactly once while its chain is among the last five.
/// </summary>
public class SenderKeyRandomOperationsTests
{
    private const int Lives = 1_000;
    private const int Operations = 60;

    [Fact]
    public void AnyOrderOfOperations_FixedSeeds_OpensEachMessageOnce()
    {
        var failures = new ConcurrentQueue<string>();
        Parallel.For(0, Lives, seed =>
        {
            try
            {
                using var life = new Life(seed);
                life.Run();
            }
            catch (Exception e)
            {
                failures.Enqueue($"seed {seed}: {e.Message}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(5)));
    }

    private sealed record Letter(int To, uint Chain, byte[] Message, string Text);

    private sealed class Life : IDisposable
    {
        private readonly SeededRandomSource _random;
        private readonly List<Letter> _underWay = [];
        private readonly List<byte[]> _distributions = [];
        private readonly HashSet<(int Reader, string Text)> _opened = [];

        // What each reader must know, newest first, as protocol/31 §3 says.
        private readonly List<uint>[] _known = [[], []];
        private readonly HashSet<uint>[] _dropped = [[], []];
        private readonly SenderKeySession[] _readers = [new(SenderKeyGroup.Id), new(SenderKeyGroup.Id)];
        private SenderKeySession _author = new(SenderKeyGroup.Id);
        private int _sent;

        public Life(int seed)
        {
            _random = new SeededRandomSource(seed);
            Distribute();
        }

        public void Run()
        {
            for (int i = 0; i < Operations; i++)
            {
                Operate();
            }

            while (_underWay.Count > 0)
            {
                Deliver(Take(_random.Next(_underWay.Count)));
            }

            // Whatever happened, both readers now read every word.
            Distribute();
            Send();
            Deliver(Take(0));
            Deliver(Take(0));
        }

        public void Dispose()
        {
            _author.Dispose();
            _readers[0].Dispose();
            _readers[1].Dispose();
        }

        private void Operate()
        {
            int which = _underWay.Count == 0 ? -1 : _random.Next(_underWay.Count);
            switch (_random.Next(12))
            {
                case <= 3:
                    Send();
                    break;
                case 4 when which >= 0:
                    _underWay.RemoveAt(which);
                    break;
                case 5 when which >= 0:
                    _underWay.Add(_underWay[which]);
                    break;
                case 6 when which >= 0:
                    DeliverAltered(_underWay[which]);
                    break;
                case 7:
                    Restart();
                    break;
                case 8 when _random.Chance(50):
                    _author.Rotate(_random);
                    Distribute();
                    break;
                case 9:
                    Learn(_random.Next(2), _distributions[_random.Next(_distributions.Count)]);
                    break;
                default:
                    if (which >= 0)
                    {
                        Deliver(Take(which));
                    }

                    break;
            }
        }

        private Letter Take(int at)
        {
            Letter taken = _underWay[at];
            _underWay.RemoveAt(at);
            return taken;
        }

        private void Distribute()
        {
            byte[] distribution = _author.CreateDistribution(_random);
            _distributions.Add(distribution);
            Learn(0, distribution);
            Learn(1, distribution);
        }

        private void Learn(int reader, byte[] distribution)
        {
            List<uint> known = _known[reader];
            uint chain = ChainOf(distribution);
            if (_dropped[reader].Contains(chain))
            {
                // It would come back at its start. Pairwise sessions refuse a replayed distribution; this class cannot.
                return;
            }

            Assert.Equal(SenderKeyStatus.Ok, _readers[reader].Process(distribution));
            known.Remove(chain);
            known.Insert(0, chain);
            if (known.Count > SenderKeyLimits.MaxStates)
            {
                _dropped[reader].Add(known[^1]);
                known.RemoveAt(SenderKeyLimits.MaxStates);
            }

            Assert.Equal(known, _readers[reader].States.Select(x => x.ChainId));
        }

        private static uint ChainOf(byte[] distribution)
        {
            Assert.Equal(SenderKeyStatus.Ok, DistributionMessage.TryParse(distribution, out DistributionMessage parsed));
            return parsed.ChainId;
        }

        private void Send()
        {
            string text = $"message {_sent++}";
            Assert.Equal(SenderKeyStatus.Ok, _author.Encrypt(Encoding.UTF8.GetBytes(text), out byte[] message, _random));
            _underWay.Add(new Letter(0, _author.ChainId!.Value, message, text));
            _underWay.Add(new Letter(1, _author.ChainId!.Value, message, text));
        }

        private void Deliver(Letter letter)
        {
            string expected = !_known[letter.To].Contains(letter.Chain) ? "[NoSenderKey]" : _opened.Add((letter.To, letter.Text)) ? letter.Text : "[Duplicate]";

            Assert.Equal(expected, SenderKeyGroup.Open(_readers[letter.To], letter.Message));
        }

        private void DeliverAltered(Letter letter)
        {
            byte[] before = _readers[letter.To].Serialize(), altered = [.. letter.Message];
            altered[_random.Next(altered.Length)] ^= (byte)(1 << _random.Next(8));

            Assert.NotEqual(SenderKeyStatus.Ok, _readers[letter.To].Decrypt(altered).Status);
            Assert.Equal(before, _readers[letter.To].Serialize());
        }

        private void Restart()
        {
            int which = _random.Next(3);
            SenderKeySession old = which == 2 ? _author : _readers[which];
            SenderKeySession again = SenderKeyGroup.Clone(old);
            old.Dispose();
            if (which == 2)
            {
                _author = again;
            }
            else
            {
                _readers[which] = again;
            }
        }
    }
}
