#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# run.sh [TARGET|all] [SECONDS]: builds the fuzz targets with clang's libFuzzer, AddressSanitizer and UBSan, and runs each one for SECONDS
# (60). `./dev fuzz` calls it where clang is. Exit code 1 when anything was found; the input that did it is kept and named.
# The targets are listed in the file `targets` beside this script.
set -uo pipefail

TOP=${TOP:-$(cd "$(dirname "$0")/../.." && pwd)}
only=${1:-all} seconds=${2:-60}
case $only in *[!0-9]*|'') ;; *) seconds=$only only=all ;; esac   # run.sh 120: all of them, for two minutes each
here=$TOP/tests/fuzz out=$TOP/build-fuzz
command -v clang >/dev/null || { echo "fuzz: clang is not installed" >&2; exit 2; }
mkdir -p "$out/include" "$out/corpus" "$out/findings"

# config.h is all that is needed of a build.
if [ -e "$TOP/build/config.h" ]; then cp "$TOP/build/config.h" "$out/include/config.h"; else
  (cd "$TOP" && meson setup "$out/meson" . >"$out/meson.log" 2>&1) || { tail -n 20 "$out/meson.log"; exit 2; }
  cp "$out/meson/config.h" "$out/include/config.h"
fi

flags=(-std=gnu17 -g -O1 -fno-omit-frame-pointer -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined
  -DG_LOG_USE_STRUCTURED -D_GNU_SOURCE -DG_LOG_DOMAIN='"wave-fuzz"' -I"$TOP/src" -I"$TOP" -I"$out/include" -I"$here")
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1
export G_DEBUG=fatal-warnings G_SLICE=always-malloc GIO_USE_VFS=local GSETTINGS_BACKEND=memory

build() {   # build NAME ROOMS MODULES…
  local name=$1 rooms=$2 room source; shift 2
  local sources=("$here/fuzz-$name.c") pkg
  for room in ${rooms//,/ }; do
    case $room in
      *.c) sources+=("$TOP/src/$room") ;;
      *) for source in "$TOP/src/$room"/*.c; do sources+=("$source"); done ;;
    esac
  done
  read -ra pkg <<<"$(pkg-config --cflags --libs "$@")"
  clang "${flags[@]}" -o "$out/fuzz-$name" "${sources[@]}" "${pkg[@]}" -lm
}

found=0 ran=0
while read -r name rooms modules; do
  case $name in ''|'#'*) continue ;; esac
  [ "$only" = all ] || [ "$only" = "$name" ] || continue
  ran=$((ran + 1))
  echo "fuzz: building $name" >&2
  # shellcheck disable=SC2086
  build "$name" "$rooms" $modules || { echo "fuzz: $name does not build" >&2; found=1; continue; }
  mkdir -p "$out/corpus/$name" "$out/findings/$name"
  dictionary=()
  for file in json "$name"; do   # a target over text of its own has NAME.dict
    [ -e "$here/$file.dict" ] && dictionary=(-dict="$here/$file.dict")
  done
  echo "fuzz: $name for $seconds s" >&2
  if "$out/fuzz-$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 -verbosity=0 \
    "${dictionary[@]}" -artifact_prefix="$out/findings/$name/" "$out/corpus/$name" "$here/corpus/$name" >"$out/$name.log" 2>&1; then
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$out/$name.log")
    echo "fuzz: $name: ${runs:-?} runs in $seconds s, nothing found"
  else
    found=1
    tail -n 60 "$out/$name.log"
    echo "fuzz: $name: FOUND something; the input is in $out/findings/$name, the whole log is $out/$name.log"
  fi
done <"$here/targets"
[ "$ran" -gt 0 ] || { echo "fuzz: there is no target '$only'; the targets are: $(sed -n 's/^\([a-z][a-z-]*\) .*/\1/p' "$here/targets" | tr '\n' ' ')" >&2; exit 2; }
exit $found
