#!/usr/bin/env bash
# Publishes tests/Session.Protocol.Aot with NativeAOT, expects no warning, runs it and prints its size.
# Needs a C compiler and zlib's headers: apt-get install gcc zlib1g-dev
set -euo pipefail
cd "$(dirname "$0")/.."
out=artifacts/aot
rm -rf "$out"
log=$(dotnet publish tests/Session.Protocol.Aot -c Release -o "$out" 2>&1) || { printf '%s\n' "$log"; exit 1; }
if grep -E 'warning (IL|CS|CA)' <<<"$log"; then
  echo "AOT: warnings"
  exit 1
fi
"$out/Session.Protocol.Aot"
find "$out" -type f \( -name Session.Protocol.Aot -o -name '*sodium*' \) -printf '%f %s bytes\n'
