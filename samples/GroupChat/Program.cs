using GroupChat;
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
    List<string> said = [];

    // Who has written to Ann has also published which keys their device has, so that she can invite them.
    foreach (Person person in everybody[1..])
    {
        await person.WriteAsync(ann.Id, $"Hello Ann, I am {person.Name}", cancel);
    }

    Console.WriteLine("\nAnn founds a group with Bob, Cem, Dua and Eve");
    ISessionGroup group = await ann.Groups.CreateAsync("Picnic", [bob.Id, cem.Id, dua.Id, eve.Id], cancel);
    await Task.WhenAll(everybody[1..5].Select(x => x.JoinAsync(group.Id, cancel)));
    Person[] members = await AgreeAsync(ann, bob, cem, dua, eve);
    await SayAsync(ann, "Saturday at ten?");
    await SayAsync(eve, "Fine with me");

    Console.WriteLine("\nAnn removes Eve");
    await group.RemoveAsync([eve.Id], cancel);
    members = await AgreeAsync(ann, bob, cem, dua);
    await eve.UntilAsync(group.Id, x => x.Status == GroupStatus.Ended, cancel);
    await SayAsync(bob, "What do we give Eve for her birthday?");
    await SayAsync(cem, "A kite");

    Console.WriteLine("\nAnn invites Fay");
    await group.InviteAsync([fay.Id], cancel);
    await fay.JoinAsync(group.Id, cancel);
    members = await AgreeAsync(ann, bob, cem, dua, fay);
    await SayAsync(dua, "Welcome, Fay");
    await SayAsync(fay, "What did I miss?");

    Console.WriteLine("\nWho could read what, beside its author:");
    said.ForEach(text => Console.WriteLine($"  {text,-38} {string.Join(", ", everybody.Where(x => x.HasRead(text)).Select(x => x.Name))}"));
    return 0;

    // Waits until all of them know that exactly they are in the group.
    async Task<Person[]> AgreeAsync(params Person[] people)
    {
        await Task.WhenAll(people.Select(x => x.UntilAsync(group.Id, y => y.Members.Count == people.Length && y.Members.All(z => z.HasJoined), cancel)));
        return people;
    }

    // Writes, and waits until all other members have read it.
    async Task SayAsync(Person author, string text)
    {
        said.Add(text);
        await author.WriteAsync(group.Id, text, cancel);
        await Task.WhenAll(members.Where(x => x != author).Select(x => x.UntilReadAsync(text, cancel)));
    }
}
catch (Exception e) when (e is OnionException or GroupException or ProtectionUnavailableException or OperationCanceledException)
{
    Console.Error.WriteLine(e is OperationCanceledException ? "The picnic took longer than two minutes." : e.Message);
    return 1;
}
