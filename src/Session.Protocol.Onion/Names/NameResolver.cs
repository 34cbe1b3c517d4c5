using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Names;

/// <summary>Resolves names through service nodes, each over the onion. Safe for concurrent use; holds nothing that needs disposal.</summary>
public sealed class NameResolver : INameResolver
{
    /// <summary>Most characters of a name.</summary>
    public const int MaxNameLength = 64;

    /// <summary>Nodes that may fail, beyond those that must answer.</summary>
    private const int Spares = 3;

    private readonly IOnionClient _onion;
    private readonly NameResolverOptions _options;
    private readonly IRandomSource _random;

    /// <summary>Makes a resolver; nothing is sent.</summary>
    /// <param name="onion">What requests go through; not disposed.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="random">Chooses the nodes; the system's random numbers by default.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public NameResolver(IOnionClient onion, NameResolverOptions? options = null, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(onion);
        _onion = onion;
        _options = options ?? NameResolverOptions.Default;
        _options.Validate();
        _random = random ?? RandomSource.System;
    }

    /// <summary>Whether a text can be a name: 1 to 64 letters, digits and underscores of ASCII, with hyphens inside.</summary>
    /// <param name="text">What the user typed.</param>
    /// <returns>True if so.</returns>
    public static bool IsName(string? text) => text is { Length: > 0 and <= MaxNameLength }
        && text[0] != '-'
        && text[^1] != '-'
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <inheritdoc/>
    public async ValueTask<AccountId?> ResolveAsync(string name, CancellationToken cancellationToken = default)
    {
        if (!IsName(name))
        {
            throw new ArgumentException($"A name has 1 to {MaxNameLength} letters, digits and underscores, with hyphens inside.", nameof(name));
        }

        string lower = name.ToLowerInvariant();
        NameRecord record = await AgreeAsync(NameRecord.HashOf(lower), cancellationToken).ConfigureAwait(false);
        if (record == NameRecord.None)
        {
            return null;
        }

        if (record.IsLegacy && !_options.AllowLegacyRecords)
        {
            throw new OnionException(OnionFault.Rejected, "The record of this name has the old form.");
        }

        // A second of hashing in the old form is too long for the caller's thread.
        AccountId? account = record.IsLegacy ? await Task.Run(() => record.Open(lower), cancellationToken).ConfigureAwait(false) : record.Open(lower);
        return account ?? throw new OnionException(OnionFault.Rejected, "The record of this name holds no account.");
    }

    private async ValueTask<NameRecord> AgreeAsync(byte[] nameHash, CancellationToken cancellationToken)
    {
        ServiceNode[] nodes = [.. await _onion.Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false)];
        _random.Shuffle(nodes.AsSpan());
        var answers = new List<NameRecord>();
        OnionException? last = null;
        for (int asked = 0; answers.Count < _options.AgreeingNodes;)
        {
            int wanted = Math.Min(_options.AgreeingNodes - answers.Count, Math.Min(nodes.Length, _options.AgreeingNodes + Spares) - asked);
            if (wanted <= 0)
            {
                throw last ?? new OnionException(OnionFault.NoNodes, $"{_options.AgreeingNodes} nodes must agree on a name, {nodes.Length} are known.");
            }

            (NameRecord? Record, OnionException? Error)[] round = await Task.WhenAll(
                nodes.Skip(asked).Take(wanted).Select(node => AskAsync(node, nameHash, cancellationToken))).ConfigureAwait(false);
            asked += wanted;
            answers.AddRange(round.Select(answer => answer.Record).OfType<NameRecord>());
            last = round.Select(answer => answer.Error).LastOrDefault(error => error is not null) ?? last;
        }

        return answers.Distinct().Count() == 1
            ? answers[0]
            : throw new OnionException(OnionFault.InvalidResponse, "The nodes do not agree about the name.");
    }

    private async Task<(NameRecord? Record, OnionException? Error)> AskAsync(ServiceNode node, byte[] nameHash, CancellationToken cancellationToken)
    {
        var request = OxendRequest.ResolveName(nameHash);
        try
        {
            long now = _onion.Clock.NowMilliseconds;
            OnionResponse response = await _onion.SendToNodeAsync(node, request.ToBody(now), cancellationToken).ConfigureAwait(false);
            StorageReply<OxendResult> reply = request.ReadReply(response, now);
            return reply.Value is { } result && NameRecord.Read(result.Json) is { } record
                ? (record, null)
                : (null, new OnionException(StorageStatus.ToFault(reply.Status), $"A node answered with status {reply.Status}."));
        }
        catch (OnionException e)
        {
            return (null, e);
        }
    }
}
