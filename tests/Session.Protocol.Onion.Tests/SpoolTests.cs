using CsCheck;

namespace Session.Protocol.Onion.Tests;

public class SpoolTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Write_AnyPieces_AreReadBackFromAnywhere() =>
        Gen.Select(Gen.Int[0, 200_000].Array[0, 5], Gen.Int[0, 600_000], Gen.Int[0, 600_000]).Sample(
            (sizes, from, count) =>
            {
                using var spool = new Spool();
                byte[] all = Pattern(sizes.Sum());
                int written = 0;
                foreach (int size in sizes)
                {
                    spool.Write(all.AsSpan(written, size));
                    written += size;
                }

                using Stream reader = spool.OpenRead();
                reader.Position = from;
                byte[] part = new byte[count];
                int read = reader.ReadAtLeast(part, count, throwOnEndOfStream: false);
                return spool.Length == all.Length && reader.Length == all.Length
                    && part.AsSpan(0, read).SequenceEqual(all.AsSpan(Math.Min(from, all.Length))[..Math.Clamp(all.Length - from, 0, count)]);
            },
            iter: 60);

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
                byte[] one = new byte[1000], other = new byte[1000];
                first.Position = 500_000;
                await Task.WhenAll(first.ReadExactlyAsync(one, Cancellation).AsTask(), second.ReadExactlyAsync(other, Cancellation).AsTask());
                Assert.Equal(all[500_000..501_000], one);
                Assert.Equal(all[..1000], other);
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
