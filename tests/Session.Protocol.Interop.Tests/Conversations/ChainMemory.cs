using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>
/// Which chains of a sender one side of one session still knows, and what was opened: enough to tell of every message whether
/// it must open.
/// </summary>
internal sealed class ChainMemory
{
    private readonly List<X25519PublicKey> _chains = [];
    private readonly HashSet<X25519PublicKey> _dropped = [];
    private readonly HashSet<Letter> _opened = new(ReferenceEqualityComparer.Instance);

    public bool IsOpened(Letter letter) => _opened.Contains(letter);

    public bool IsDropped(X25519PublicKey chain) => _dropped.Contains(chain);

    /// <summary>Adds a chain if it is new; the oldest goes when there are too many.</summary>
    public void Know(X25519PublicKey chain)
    {
        if (_chains.Contains(chain))
        {
            return;
        }

        _chains.Add(chain);
        if (_chains.Count > RatchetLimits.MaxReceivingChains)
        {
            _dropped.Add(_chains[0]);
            _chains.RemoveAt(0);
        }
    }

    public void Opened(Letter letter)
    {
        Know(letter.RatchetKey);
        _opened.Add(letter);
    }
}
