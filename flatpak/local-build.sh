#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# local-build.sh [--devel] [--no-run] [--check] | --clean: builds, installs and starts the Flatpak. ./dev flatpak calls it.
#   with Flathub in reach: on the true runtime
#   without: on a stand-in runtime made of Debian packages, the two libraries' sources from the Debian archive
#   either way the manifest is used as it is: what it pins by its hash is put where flatpak-builder keeps downloads
#   --check: tries the sandbox (flatpak/sandbox-check.sh) instead of only starting the app
#   --clean: takes away the app, the stand-in runtime and everything that was built or downloaded for it
set -euo pipefail
: "${TOP:?is set by ./dev}"
APP=io.github.wavescope.Wavescope RUN=1 CHECK=
WORK=$TOP/build/flatpak
say() { printf 'flatpak: %s\n' "$*" >&2; }

clean() {
  local app
  for app in io.github.wavescope.Wavescope io.github.wavescope.Wavescope.Devel; do
    flatpak --system -y --noninteractive uninstall "$app" >/dev/null 2>&1 || true
    flatpak --system remote-delete --force "${app##*.}-origin" >/dev/null 2>&1 || true
  done
  flatpak --system remotes --columns=name 2>/dev/null | grep -i '^wavescope.*-origin$' |
    while read -r remote; do flatpak --system remote-delete --force "$remote" || true; done
  if flatpak --system remotes --columns=name 2>/dev/null | grep -qx wavescope-stand-in; then
    flatpak --system list --runtime --columns=ref,origin | awk '$2 == "wavescope-stand-in" { print $1 }' |
      while read -r ref; do flatpak --system -y --noninteractive uninstall "$ref" >/dev/null || true; done
    flatpak --system remote-delete --force wavescope-stand-in || true
  fi
  rm -rf "$WORK" "${WAVESCOPE_RUNTIME_DIR:-/var/cache/wavescope-runtime}"
  if [ -e /etc/apt/sources.list.d/wavescope-backports.list ]; then rm -f /etc/apt/sources.list.d/wavescope-backports.list; fi
  say "the app, the stand-in runtime and what was built for them are gone"
}

for arg in "$@"; do
  case $arg in
    --devel) APP=io.github.wavescope.Wavescope.Devel ;;
    --no-run) RUN= ;;
    --check) CHECK=1 ;;
    --clean) clean; exit ;;
    *) echo "flatpak: there is no option $arg" >&2; exit 2 ;;
  esac
done
MANIFEST=$TOP/flatpak/$APP.yaml
BRANCH=$(sed -n "s/^runtime-version: '\(.*\)'/\1/p" "$MANIFEST")
mkdir -p "$WORK"
archive() {
  sed -n 's/^URIs: *\([^ ]*\).*/\1/p;s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list.d/*.sources \
    /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null | grep -E '/debian/?$' | head -n 1 || true
}

# -------- tools
if [ -e /etc/debian_version ]; then
  [ "$(id -u)" = 0 ] || { say "installing the tools and the runtime needs root"; exit 1; }
  need=()
  for package in bubblewrap ostree elfutils mmdebstrap xdg-dbus-proxy appstream desktop-file-utils fuse3 dbus dbus-x11 git xvfb xauth xdotool \
    imagemagick librsvg2-common at-spi2-core python3-gi gir1.2-atspi-2.0 gnome-keyring libsecret-tools xdg-desktop-portal xdg-desktop-portal-gtk; do
    dpkg -s "$package" >/dev/null 2>&1 || need+=("$package")
  done
  version=$(dpkg-query -W -f '${Version}' flatpak-builder 2>/dev/null || true)
  if ! dpkg --compare-versions "${version:-0}" ge 1.4; then
    pocket=
    if grep -q '^VERSION_ID="12"' /etc/os-release; then
      # Debian 12's own flatpak-builder runs the old appstream-compose; the backport does as Flathub does.
      echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(archive) bookworm-backports main" >/etc/apt/sources.list.d/wavescope-backports.list
      pocket=/bookworm-backports
    else
      need+=(appstream-compose)
    fi
    need+=("flatpak$pocket" "flatpak-builder$pocket")
  fi
  if [ ${#need[@]} -gt 0 ]; then
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Acquire::Retries=5 "${need[@]}" >"$WORK/tools.log" 2>&1 ||
      { tail -n 20 "$WORK/tools.log" >&2; say "the tools could not be installed"; exit 1; }
  fi
fi

# -------- runtime
# What the manifest pins by SHA-256, from the Debian archive. pinned PACKAGE: its file name and hash as the manifest has them.
pinned() { grep -A 1 "url:.*/$1" "$MANIFEST" | sed -n 's/.*url: .*\/\([^/]*\)$/\1/p;s/.*sha256: *//p' | paste -sd ' '; }
fetch_source() {   # fetch_source PACKAGE URL-PART
  local package=$1 name hash got
  read -r name hash < <(pinned "$2")
  got=$WORK/state/downloads/$hash/$name
  [ -e "$got" ] && return
  rm -rf "$WORK/source"; mkdir -p "$WORK/source" "$(dirname "$got")"
  # Only the upstream archive is wanted; its hash is what counts.
  (cd "$WORK/source" && "$TOP/dev" shell sh -c '
    work=$(mktemp -d); trap "rm -rf \"$work\"" EXIT
    mkdir -p "$work/lists/partial"; sed "s/^deb /deb-src /" /etc/apt/sources.list >"$work/sources.list"
    package=$1; set -- -o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$work/lists" -o APT::Sandbox::User=root
    apt-get "$@" update -qq
    apt-get "$@" source --print-uris -qq "$package" | tr -d "\047" | while read -r uri name size sum; do
      case $name in *.orig.tar.*) /usr/lib/apt/apt-helper "$@" download-file "$uri" "$name" "$sum" ;; esac
    done' sh "$package" >&2)
  mv "$WORK/source/"*.orig.tar.* "$got"
  rm -rf "$WORK/source"
  echo "$hash  $got" | sha256sum --check --quiet || { rm -f "$got"; say "the archive's $package is not what the manifest pins"; exit 1; }
}

if flatpak --system info "org.gnome.Sdk//$BRANCH" 2>/dev/null | grep -q 'Origin: *flathub' ||
  { flatpak --system remotes --columns=name | grep -qx flathub &&
    timeout 900 flatpak --system -y --noninteractive install --or-update flathub "org.gnome.Platform//$BRANCH" "org.gnome.Sdk//$BRANCH" >&2; }; then
  say "building on the true GNOME $BRANCH runtime"
else
  say "there is no Flathub here: building on a stand-in runtime made of Debian 13 packages"
  export WAVESCOPE_FORCE_ROOT=1
  "$TOP/dev" setup-extra flatpak >"$WORK/sdk.log" 2>&1 || { tail -n 20 "$WORK/sdk.log" >&2; exit 1; }
  bash "$TOP/flatpak/stand-in-runtime.sh" "$BRANCH" "$("$TOP/dev" root-path)"
  fetch_source yyjson yyjson_
  fetch_source md4c release-
fi

# -------- build and install
flatpak-builder --force-clean --disable-rofiles-fuse --state-dir="$WORK/state" --repo="$WORK/repo" "$WORK/tree" "$MANIFEST" >"$WORK/build.log" 2>&1 ||
  { tail -n 60 "$WORK/build.log" >&2; say "the build failed; all of it is in build/flatpak/build.log"; exit 1; }
flatpak build-bundle "$WORK/repo" "$WORK/$APP.flatpak" "$APP"
flatpak --system -y --noninteractive install --or-update "$WORK/$APP.flatpak" >&2
rm -rf "$WORK/tree"
say "installed $APP from build/flatpak/$APP.flatpak; start it with: flatpak run $APP"
if [ -n "$CHECK" ]; then exec bash "$TOP/flatpak/sandbox-check.sh" "$APP" "$WORK"; fi
[ -n "$RUN" ] || exit 0

# -------- start
if [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then exec flatpak run "$APP" --demo; fi
run=$(mktemp -d)
cleanup() { umount -l "$run/doc" 2>/dev/null || true; rm -rf "$run"; }
trap cleanup EXIT
export XDG_RUNTIME_DIR=$run
chmod 700 "$run"
rm -f "$WORK/sandbox.png"
# The picture is taken only of a window that is there, and an app that is still running afterwards.
dbus-run-session -- xvfb-run -a -s '-screen 0 1280x800x24' bash -c '
  flatpak run --env=GSK_RENDERER=cairo "$1" --demo --size 1280x800 --page rooms & app=$!
  for try in $(seq 240); do
    sleep 0.5
    kill -0 $app 2>/dev/null || exit 1
    xdotool search --onlyvisible --name "Rooms|Wavescope" >/dev/null 2>&1 && break
  done
  sleep 8; import -window root "$2/sandbox.new.png"
  flatpak ps --columns=application | grep -qx "$1" && mv "$2/sandbox.new.png" "$2/sandbox.png"
  flatpak kill "$1"; wait $app' sh "$APP" "$WORK" >"$WORK/run.log" 2>&1 || true
[ -s "$WORK/sandbox.png" ] || { cat "$WORK/run.log" >&2; say "it did not start"; exit 1; }
say "it ran in its sandbox on the demo; the picture is build/flatpak/sandbox.png"
