using System.Collections.Concurrent;
using System.Text;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>
/// Ten thousand short lives of two parties: they send, lose, duplicate, reorder, alter, restart, and both start sessions. Each
/// life must end with both talking, and every delivered message opened exactly once.
/// </summary>
public class RandomOperationsTests
{
    private const int Lives = 10_000;
    private const int Operations = 14;

    // A sender's messages then never span more chains than a receiver keeps.
    private const int MaxSentPerSide = RatchetLimits.MaxReceivingChains;

    // Handshakes with a KEM take most of the time, so few lives have one.
    private const int PercentHybrid = 3;

    [Fact]
    public void AnyOrderOfOperations_FixedSeeds_EndsWithBothTalking()
    {
        var failures = new ConcurrentQueue<string>();
        using var world = new World();

        Parallel.For(0, Lives, seed =>
        {
            try
            {
                using var life = new Life(world, seed);
                life.Run();
            }
            catch (Exception e)
            {
                failures.Enqueue($"seed {seed}: {e.Message}");
            }
        });

        Assert.True(failures.IsEmpty, string.Join('\n', failures.Take(5)));
    }

    /// <summary>The keys, which all lives share because making them is slow.</summary>
    private sealed class World : IDisposable
    {
        public World()
        {
            for (int i = 0; i < 2; i++)
            {
                Parties[i] = RatchetParty.Create(new RatchetAddress($"party {i}"));
                Signed[i] = Parties[i].CreateSignedPreKey(1, RatchetPair.Now);
                Kem[i] = Parties[i].CreateKemPreKey(1, RatchetPair.Now);
                OneTime[i] = OneTimePreKey.Create(1);
            }
        }

        public RatchetParty[] Parties { get; } = new RatchetParty[2];

        public SignedPreKey[] Signed { get; } = new SignedPreKey[2];

        public KemPreKey[] Kem { get; } = new KemPreKey[2];

        public OneTimePreKey[] OneTime { get; } = new OneTimePreKey[2];

        public void Dispose()
        {
            foreach (IDisposable key in Parties.Concat<IDisposable>(Signed).Concat(Kem).Concat(OneTime))
            {
                key.Dispose();
            }
        }
    }

    private sealed class Life : IDisposable
    {
        private readonly World _world;
        private readonly SeededRandomSource _random;
        private readonly bool _isHybrid;
        private readonly RatchetSession[] _sessions = new RatchetSession[2];
        private readonly bool[] _hasOneTime = [true, true];
        private readonly int[] _sent = new int[2];
        private readonly List<(int To, RatchetMessage Message, string Text)> _underWay = [];
        private readonly HashSet<string> _opened = [];

        public Life(World world, int seed)
        {
            _world = world;
            _random = new SeededRandomSource(seed);
            _isHybrid = _random.Chance(PercentHybrid);
            for (int i = 0; i < 2; i++)
            {
                _sessions[i] = new RatchetSession(world.Parties[i], world.Parties[1 - i].Address);
            }
        }

        public void Run()
        {
            for (int i = 0; i < Operations; i++)
            {
                Operate(_random.Next(2));
            }

            while (_underWay.Count > 0)
            {
                Deliver(Take(_random.Next(_underWay.Count)));
            }

            // Whatever happened, both sides now hear each other's every word.
            for (int i = 0; i < 3; i++)
            {
                Send(0, $"end {i} from 0");
                Deliver(Take(0));
                Send(1, $"end {i} from 1");
                Deliver(Take(0));
            }

            Assert.False(_sessions[0].IsPending || _sessions[1].IsPending);
        }

        public void Dispose()
        {
            _sessions[0].Dispose();
            _sessions[1].Dispose();
        }

        private void Operate(int side)
        {
            int which = _underWay.Count == 0 ? -1 : _random.Next(_underWay.Count);
            switch (_random.Next(10))
            {
                case <= 4 when _sent[side] < MaxSentPerSide:
                    Send(side, $"{_sent[side]++} from {side}");
                    break;
                case 5 when which >= 0:
                    _underWay.RemoveAt(which);
                    break;
                case 6 when which >= 0:
                    _underWay.Add(_underWay[which]);
                    break;
                case 7 when which >= 0:
                    DeliverAltered(_underWay[which]);
                    break;
                case 8:
                    Restart(side);
                    break;
                case 9 when _random.Chance(15):
                    Initiate(side);
                    break;
                default:
                    if (which >= 0)
                    {
                        Deliver(Take(which));
                    }

                    break;
            }
        }

        private (int To, RatchetMessage Message, string Text) Take(int at)
        {
            var taken = _underWay[at];
            _underWay.RemoveAt(at);
            return taken;
        }

        private void Send(int side, string text)
        {
            if (_sessions[side].Suite == RatchetSuite.None)
            {
                Initiate(side);
            }

            Assert.Equal(RatchetStatus.Ok, _sessions[side].Encrypt(Encoding.UTF8.GetBytes(text), RatchetPair.Now, out RatchetMessage message));
            _underWay.Add((1 - side, message, text));
        }

        private void Initiate(int side)
        {
            int peer = 1 - side;
            PreKeyBundle bundle = _world.Parties[peer].CreateBundle(
                _world.Signed[peer], _isHybrid ? _world.Kem[peer] : null, _hasOneTime[peer] && _random.Chance(50) ? _world.OneTime[peer] : null);

            // A one-time key goes into one bundle only.
            _hasOneTime[peer] &= bundle.OneTimePreKeyId is null;
            Assert.Equal(RatchetStatus.Ok, _sessions[side].Initiate(bundle, RatchetPair.Now, random: _random));
        }

        private DecryptResult Receive(int side, RatchetMessage message)
        {
            PreKeySet? keys = message.TryReadHandshake(out HandshakeId handshake)
                ? new PreKeySet(_world.Signed[side], handshake.KemPreKeyId is null ? null : _world.Kem[side], handshake.OneTimePreKeyId is null ? null : _world.OneTime[side])
                : null;
            return _sessions[side].Decrypt(message, keys, _random);
        }

        private void Deliver((int To, RatchetMessage Message, string Text) sent)
        {
            DecryptResult result = Receive(sent.To, sent.Message);
            if (_opened.Add(sent.Text))
            {
                Assert.Equal(RatchetStatus.Ok, result.Status);
                Assert.Equal(sent.Text, Encoding.UTF8.GetString(result.Plaintext.Span));
            }
            else
            {
                Assert.Equal(RatchetStatus.Duplicate, result.Status);
            }
        }

        private void DeliverAltered((int To, RatchetMessage Message, string Text) sent)
        {
            byte[] before = _sessions[sent.To].Serialize(), altered = sent.Message.Bytes.ToArray();

            // The last bytes are those of the inner MAC, or behind it ids whose change must not matter either.
            altered[^1] ^= 0x80;
            if (sent.Message.Type == RatchetMessageType.Message)
            {
                Assert.NotEqual(RatchetStatus.Ok, Receive(sent.To, sent.Message with { Bytes = altered }).Status);
            }

            Assert.NotEqual(RatchetStatus.Ok, Receive(sent.To, sent.Message with { Bytes = altered.AsMemory(0, altered.Length / 2) }).Status);
            Assert.Equal(before, _sessions[sent.To].Serialize());
        }

        private void Restart(int side)
        {
            RatchetSession old = _sessions[side];
            Assert.True(RatchetSession.TryDeserialize(
                old.Serialize(), _world.Parties[side], _world.Parties[1 - side].Address, null, old.KnownIdentity, out RatchetSession? again));
            old.Dispose();
            _sessions[side] = again;
        }
    }
}
