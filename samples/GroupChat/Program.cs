using GroupChat;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Groups;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;

// Five people found a group; then one is removed and another one joins. Who can read what?
using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
CancellationToken cancel = deadline.Token;
try
{
    await using LocalNetwork network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default, cancel);
    await using var ann = new Person("Ann", network.ClientOptions);
    await using var bob = new Person("Bob", network.ClientOptions);
    await using var cem = new Person("Cem", network.ClientOptions);
    await using var dua = new Person("Dua", network.ClientOptions);
    await using var eve = new Person("Eve", network.ClientOptions);
    await using var fay = new Person("Fay", network.ClientOptions);
    Person[] everybody = [ann, bob, cem, dua, eve, fay];

    // Who has written to Ann has also published which keys their device has, so that she can invite them.
    foreach (Person person in everybody[1..])
    {
        await person.WriteAsync(ann.Id, $"Hello Ann, I am {person.Name}", cancel);
    }

    AccountId group = (await ann.Groups.CreateAsync("Picnic", [bob.Id, cem.Id, dua.Id, eve.Id], cancel)).Id;
    Console.WriteLine("\nAnn founds a group with Bob, Cem, Dua and Eve");
    await Task.WhenAll(new[] { bob, cem, dua, eve }.Select(x => x.JoinAsync(group, cancel)));
    await AgreeAsync(group, ann, bob, cem, dua, eve);
    await SayAsync(group, ann, "Saturday at ten?", bob, cem, dua, eve);
    await SayAsync(group, eve, "Fine with me", ann, bob, cem, dua);

    await (await ann.Groups.GetAsync(group, cancel))!.RemoveAsync([eve.Id], cancel);
    Console.WriteLine("\nAnn removes Eve");
    await AgreeAsync(group, ann, bob, cem, dua);
    await eve.UntilAsync(group, x => x.Status == GroupStatus.Ended, cancel);
    await SayAsync(group, bob, "What do we give Eve for her birthday?", ann, cem, dua);
    await SayAsync(group, cem, "A kite", ann, bob, dua);

    await (await ann.Groups.GetAsync(group, cancel))!.InviteAsync([fay.Id], cancel);
    Console.WriteLine("\nAnn invites Fay");
    await fay.JoinAsync(group, cancel);
    await AgreeAsync(group, ann, bob, cem, dua, fay);
    await SayAsync(group, dua, "Welcome, Fay", ann, bob, cem, fay);
    await SayAsync(group, fay, "What did I miss?", ann, bob, cem, dua);

    Console.WriteLine("\nWho could read what:");
    foreach (string text in (string[])["Saturday at ten?", "Fine with me", "What do we give Eve for her birthday?", "A kite", "Welcome, Fay", "What did I miss?"])
    {
        Console.WriteLine($"  {text,-38} {string.Join(", ", everybody.Where(x => x.HasRead(text)).Select(x => x.Name))}");
    }

    return 0;
}
catch (Exception e) when (e is OnionException or GroupException or ProtectionUnavailableException or OperationCanceledException)
{
    Console.Error.WriteLine(e is OperationCanceledException ? "The picnic took longer than two minutes." : e.Message);
    return 1;
}

// Waits until all of them know that exactly they are in the group.
async Task AgreeAsync(AccountId group, params Person[] members) => await Task.WhenAll(members.Select(
    x => x.UntilAsync(group, y => y.Members.Count == members.Length && y.Members.All(z => z.HasJoined), cancel)));

async Task SayAsync(AccountId group, Person author, string text, params Person[] readers)
{
    await author.WriteAsync(group, text, cancel);
    await Task.WhenAll(readers.Select(x => x.UntilReadAsync(text, cancel)));
}
