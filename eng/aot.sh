#!/usr/bin/env bash
# Publishes two programs with NativeAOT, expects no warning, runs them, and writes their size and start-up time beside those of the same
# programs under the JIT to benchmarks/results/aot.md: tests/Session.Protocol.Aot, in which every package is rooted so that a warning in
# code that nothing calls shows too, and samples/QuickStart with its embedded network.
# Needs a C compiler and zlib's headers: apt-get install gcc zlib1g-dev
set -euo pipefail
cd "$(dirname "$0")/.."
runs=11
projects=(tests/Session.Protocol.Aot samples/QuickStart)

publish() {
  local project=$1 folder=artifacts/aot/$(basename "$1") log
  rm -rf "$folder"
  log=$(dotnet publish "$project" -c Release -o "$folder/native" --use-current-runtime -p:PublishAot=true -p:TrimmerSingleWarn=false 2>&1) || { printf '%s\n' "$log"; exit 1; }
  if grep -E 'warning (IL|CS|CA)' <<<"$log"; then
    echo "$project: warnings"
    exit 1
  fi
  dotnet publish "$project" -c Release -o "$folder/jit" -p:PublishAot=false --no-self-contained -v quiet --nologo
}

# Milliseconds from start to end of the whole program: the median of the runs.
median() {
  for _ in $(seq "$runs"); do
    local start end
    start=$(date +%s%N)
    "$1" >/dev/null
    end=$(date +%s%N)
    echo $(((end - start) / 1000000))
  done | sort -n | sed -n "$(((runs + 1) / 2))p"
}

# Megabytes of what a user copies, without symbols.
size() {
  find "$1" -type f ! -name '*.pdb' ! -name '*.dbg' ! -name '*.xml' -printf '%s\n' | awk '{ sum += $1 } END { printf "%.1f", sum / 1e6 }'
}

for project in "${projects[@]}"; do
  publish "$project"
done
{
  echo "# NativeAOT beside the JIT"
  echo
  echo "\`eng/aot.sh\`, $(date -u +%F), $(nproc) cores, .NET $(dotnet --version) SDK. \`Session.Protocol.Aot\` makes accounts, seals, opens, builds an onion request, keeps a SQLite store and builds a host;"
  echo "\`QuickStart\` starts a network of service nodes and lets two people talk through it. No warning in either."
  echo
  echo "| program | build | MB | start to end, ms (median of $runs) |"
  echo "|---|---|---:|---:|"
  for project in "${projects[@]}"; do
    name=$(basename "$project") folder=artifacts/aot/$(basename "$project")
    echo "| $name | NativeAOT, nothing to install | $(size "$folder/native") | $(median "$folder/native/$name") |"
    echo "| $name | JIT, needs the .NET runtime | $(size "$folder/jit") | $(median "$folder/jit/$name") |"
  done
} | tee benchmarks/results/aot.md
