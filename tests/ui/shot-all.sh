#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# shot-all.sh SHOTS-PROGRAM DIR [GUISES]: every screen in every guise: light, dark, high contrast, right to left, 360 px, text of 200 %. ./dev shot --all calls it.
# Right to left is Arabic, in a locale that ./dev makes. Files are named SCREEN-GUISE.png.
set -euo pipefail
program=$1 dir=$2
case $dir in /*) ;; *) dir=$PWD/$dir ;; esac
mkdir -p "$dir"
home=$(mktemp -d); trap 'rm -rf "$home"' EXIT
export XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache XDG_STATE_HOME=$home/state
unset WAVESCOPE_TOKEN
only=${3:-}
guise() { # guise NAME WIDTH HEIGHT [VARIABLE=VALUE…]
  local name=$1 width=$2 height=$3; shift 3
  case " ${only:-$name} " in *" $name "*) ;; *) return 0 ;; esac
  env "$@" "$program" "$dir" "$name" "$width" "$height" 2>&1 | grep -v 'Failed to set fd limit' || true
}
guise light 1280 800 ADW_DEBUG_COLOR_SCHEME=prefer-light
guise dark 1280 800 ADW_DEBUG_COLOR_SCHEME=prefer-dark
guise contrast 1280 800 ADW_DEBUG_HIGH_CONTRAST=1
guise contrast-dark 1280 800 ADW_DEBUG_HIGH_CONTRAST=1 ADW_DEBUG_COLOR_SCHEME=prefer-dark
guise rtl 1280 800 LANG=ar_EG.UTF-8
guise 360 360 720
guise 360-rtl 360 720 LANG=ar_EG.UTF-8
guise text200 1280 800
guise 360-text200 360 720
echo "pictures are in $dir"
