#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh BUILD-DIR [--minutes M] [--rate N]: the simulator in a process of its own, and wave-soak against it.
set -euo pipefail
build=$1; shift
rate=2000 minutes=10
while [ $# -gt 0 ]; do
  case $1 in
    --rate) rate=$2; shift 2 ;;
    --minutes) minutes=$2; shift 2 ;;
    *) echo "usage: soak [--minutes M] [--rate EVENTS_PER_S]" >&2; exit 2 ;;
  esac
done
dir=$(mktemp -d)
"$build/src/cli/wavescope-cli" simulate --port 0 --scenario storm --seed 7 --rate "$rate" --ledger /dev/null >"$dir/url" & sim=$!
trap 'kill $sim 2>/dev/null || true; rm -rf "$dir"' EXIT
for _ in $(seq 100); do [ -s "$dir/url" ] && break; sleep 0.1; done
"$build/tests/soak/wave-soak" "$(head -n 1 "$dir/url")" --minutes "$minutes"
