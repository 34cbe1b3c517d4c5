#!/usr/bin/env bash
# Writes what the compiler misses or cannot find into src/NAME/PublicAPI.Unshipped.txt, sorted.
# The change to that file is what a reviewer reads: run it, then look at the diff.
#   eng/update-public-api.sh Session.Protocol [Session.Protocol.Onion ...]
set -euo pipefail
cd "$(dirname "$0")/.."
for name in "$@"; do
  file="src/$name/PublicAPI.Unshipped.txt"
  log=$(dotnet build "src/$name" -c Release --no-incremental -clp:NoSummary 2>&1 || true)
  added=$(sed -n "s/.*error RS0016: Symbol '\(.*\)' is not part of the declared public API.*/\1/p" <<<"$log" | sort -u)
  gone=$(sed -n "s/.*error RS0017: Symbol '\(.*\)' is part of the declared API, but.*/\1/p" <<<"$log" | sort -u)
  { grep -v '^#nullable enable$' "$file" | grep -vxF -f <(printf '%s\n' "$gone" | sed '/^$/d;s/^$/\x01/') || true; printf '%s\n' "$added"; } \
    | sed '/^$/d' | LC_ALL=C sort -u > "$file.new"
  { printf '#nullable enable\n'; cat "$file.new"; } > "$file"
  rm "$file.new"
  grep -E ': error ' <<<"$log" | grep -vE 'RS001[67]' | sed 's/ \[[^]]*\]$//' | sort -u || true
done
