using Session.Protocol.Onion;

namespace Session.Protocol.Client;

/// <summary>How receiving is doing at one moment; for health checks. Holds no ids.</summary>
/// <param name="State">The verdict.</param>
/// <param name="LastPoll">When the swarm last answered, local time; null for never.</param>
/// <param name="Failures">Looks that failed in a row.</param>
/// <param name="LastFault">Why the last of them did; null when there was none.</param>
/// <param name="Held">Messages that wait for a handler or are with one.</param>
/// <param name="SetAside">Messages set aside since the client was made.</param>
public sealed record ReceiverStatus(ReceiverState State, DateTimeOffset? LastPoll, int Failures, OnionFault? LastFault, int Held, long SetAside);
