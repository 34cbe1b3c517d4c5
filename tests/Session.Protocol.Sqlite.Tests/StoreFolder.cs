using System.Text;
using Microsoft.Data.Sqlite;

namespace Session.Protocol.Sqlite.Tests;

/// <summary>A folder for stores, deleted afterwards.</summary>
public sealed class StoreFolder : IDisposable
{
    public static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(x => (byte)x)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("session-store-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "account.db");

    public SqliteAccountStore Open(TimeProvider? time = null, string? path = null)
    {
        using SqliteStoreKey key = SqliteStoreKey.FromBytes(Key);
        return SqliteAccountStore.Open(path ?? Path, key, time);
    }

    /// <summary>Names and content of all files, also while the store is open.</summary>
    public IReadOnlyDictionary<string, byte[]> Files() => _folder.GetFiles().Where(x => x.Extension != ".lock").ToDictionary(x => x.Name, x => Read(x.FullName));

    public bool Contains(string text) => Contains(Encoding.UTF8.GetBytes(text));

    public bool Contains(ReadOnlySpan<byte> bytes)
    {
        foreach (byte[] file in Files().Values)
        {
            if (file.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Works on the closed file as somebody would who has it.</summary>
    public void Tamper(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => _folder.Delete(recursive: true);

    // Through a process of its own: closing a file that SQLite has open would drop its locks.
    private static byte[] Read(string path)
    {
        using System.Diagnostics.Process copy = System.Diagnostics.Process.Start(
            new System.Diagnostics.ProcessStartInfo("cat", [path]) { RedirectStandardOutput = true })!;
        using var content = new MemoryStream();
        copy.StandardOutput.BaseStream.CopyTo(content);
        copy.WaitForExit();
        return content.ToArray();
    }
}
