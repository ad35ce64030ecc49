#!/usr/bin/env bash
# Proves that a clean release build of the server and its command line client takes less than three
# minutes on two cores. Without a compiler cache.
set -euo pipefail
max_seconds=180
folder=build/prove/build-time

./dev setup
rm -rf "$folder"
cmake --preset release -B "$folder" -DCMAKE_CXX_COMPILER_LAUNCHER= >/dev/null
started=$(date +%s)
CCACHE_DISABLE=1 taskset --cpu-list 0,1 cmake --build "$folder" --parallel 2 --target sidewire-program sidewire-cli
seconds=$(($(date +%s) - started))
rm -rf "$folder"
echo "clean release build on two cores: $seconds s"
[ "$seconds" -lt "$max_seconds" ]
