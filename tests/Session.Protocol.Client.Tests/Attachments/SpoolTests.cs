using CsCheck;

using Session.Protocol.Client.Attachments;

namespace Session.Protocol.Client.Tests.Attachments;

public class SpoolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Write_AnyPieces_AreReadBackFromAnywhere() =>
        Gen.Select(Gen.Int[0, 200_000].Array[0, 5], Gen.Int[0, 600_000]).Sample(
            (sizes, from) =>
            {
                using var spool = new Spool();
                byte[] all = Pattern(sizes.Sum());
                int written = 0;
                foreach (int size in sizes)
                {
                    spool.Write(all.AsSpan(written, size));
                    written += size;
                }

                byte[] part = new byte[all.Length];
                spool.Position = from;
                int read = spool.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
                byte[] own = new byte[all.Length];
                using Stream reader = spool.OpenRead();
                reader.ReadExactly(own);
                return spool.Length == all.Length && own.SequenceEqual(all) && part.AsSpan(0, read).SequenceEqual(all.AsSpan(Math.Min(from, all.Length)));
            },
            iter: 60);

    [Fact]
    public void SetLength_WrittenAgain_HoldsTheSecondOnly()
    {
        using var spool = new Spool();
        spool.Write(Pattern(3 * Spool.MemoryLimit));
        spool.SetLength(0);
        spool.Write(Pattern(1000));
        using Stream reader = spool.OpenRead();
        byte[] read = new byte[1000];
        reader.ReadExactly(read);
        Assert.Equal(-1, reader.ReadByte());
        Assert.Equal(Pattern(1000), read);
    }

    [Fact]
    public async Task Write_MoreThanMemoryTakes_LeavesNoName()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("spool-");
        try
        {
            byte[] all = Pattern(3 * Spool.MemoryLimit);
            using (var spool = new Spool(folder.FullName))
            {
                await spool.WriteAsync(all, Cancellation);

                // On Windows the name stays until the file is closed, whoever closes it.
                Assert.True(OperatingSystem.IsWindows() || !folder.EnumerateFileSystemInfos().Any());

                // Two readers at once, each at its own place.
                using Stream first = spool.OpenRead(), second = spool.OpenRead();
                byte[] one = new byte[all.Length], other = new byte[all.Length];
                await Task.WhenAll(first.ReadExactlyAsync(one, Cancellation).AsTask(), second.ReadExactlyAsync(other, Cancellation).AsTask());
                Assert.True(one.SequenceEqual(all) && other.SequenceEqual(all));
            }

            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Write_FolderIsMissing_IsAnIOExceptionAndWhatWasWrittenStays()
    {
        using var spool = new Spool("/no/such/folder");
        byte[] start = Pattern(1000);
        await spool.WriteAsync(start, Cancellation);
        await Assert.ThrowsAnyAsync<IOException>(async () => await spool.WriteAsync(new byte[Spool.MemoryLimit], Cancellation));
        using Stream reader = spool.OpenRead();
        byte[] read = new byte[1000];
        await reader.ReadExactlyAsync(read, Cancellation);
        Assert.Equal(1000, spool.Length);
        Assert.Equal(start, read);
    }

    private static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 % 251))];
}
