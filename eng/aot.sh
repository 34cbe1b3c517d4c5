#!/usr/bin/env bash
# Publishes tests/Session.Protocol.Aot with NativeAOT, expects no warning, runs it, and writes its size and start-up time beside
# those of the same program under the JIT to benchmarks/results/aot.md.
# Needs a C compiler and zlib's headers: apt-get install gcc zlib1g-dev
set -euo pipefail
cd "$(dirname "$0")/.."
runs=11
project=tests/Session.Protocol.Aot
native=artifacts/aot jit=artifacts/aot-jit
rm -rf "$native" "$jit"
log=$(dotnet publish "$project" -c Release -o "$native" 2>&1) || { printf '%s\n' "$log"; exit 1; }
if grep -E 'warning (IL|CS|CA)' <<<"$log"; then
  echo "AOT: warnings"
  exit 1
fi
"$native/Session.Protocol.Aot"
dotnet publish "$project" -c Release -o "$jit" -p:PublishAot=false --no-self-contained -v quiet --nologo

# Milliseconds from start to end of the whole program, keys and messages included: the median of the runs.
median() {
  for _ in $(seq "$runs"); do
    local start end
    start=$(date +%s%N)
    "$1/Session.Protocol.Aot" >/dev/null
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
  done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

# Bytes of what a user copies, without symbols.
size() {
  find "$1" -type f ! -name '*.pdb' ! -name '*.dbg' ! -name '*.xml' -printf '%s\n' | awk '{ sum += $1 } END { printf "%.1f", sum / 1e6 }'
}

{
  echo "# NativeAOT beside the JIT"
  echo
  echo "\`eng/aot.sh\`: a program that makes accounts, seals, opens and builds an onion request (\`$project\`), $(date -u +%F), $(nproc) cores, .NET $(dotnet --version) SDK."
  echo
  echo "| build | MB | start to end, ms (median of $runs) |"
  echo "|---|---:|---:|"
  echo "| NativeAOT, nothing to install | $(size "$native") | $(median "$native") |"
  echo "| JIT, needs the .NET runtime | $(size "$jit") | $(median "$jit") |"
} | tee benchmarks/results/aot.md
