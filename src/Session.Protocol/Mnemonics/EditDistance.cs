namespace Session.Protocol.Mnemonics;

/// <summary>How many letters must be inserted, removed or replaced to turn one word into another (Levenshtein).</summary>
internal static class EditDistance
{
    /// <summary>Longest word that is compared; the longest of the lists has 12 letters.</summary>
    public const int MaxLength = 32;

    public static int Between(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
