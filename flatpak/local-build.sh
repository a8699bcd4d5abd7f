#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# local-build.sh [--devel] [--no-run] [--check]: builds, installs and starts the Flatpak. ./dev flatpak calls it.
#   with Flathub in reach: the manifest as it is, on the true runtime
#   without: on a stand-in runtime made of Debian packages, with the two library modules' sources taken from Debian's source packages
#   --check: runs the sandbox tests (flatpak/sandbox-check.sh) instead of only starting it
set -euo pipefail
: "${TOP:?is set by ./dev}"
APP=io.github.wavescope.Wavescope RUN=1 CHECK=
for arg in "$@"; do
  case $arg in
    --devel) APP=io.github.wavescope.Wavescope.Devel ;;
    --no-run) RUN= ;;
    --check) CHECK=1 ;;
    *) echo "flatpak: there is no option $arg" >&2; exit 2 ;;
  esac
done
MANIFEST=$TOP/flatpak/$APP.yaml
BRANCH=$(sed -n "s/^runtime-version: '\(.*\)'/\1/p" "$MANIFEST")
WORK=$TOP/build/flatpak
mkdir -p "$WORK"
say() { printf 'flatpak: %s\n' "$*" >&2; }
archive() {
  sed -n 's/^URIs: *\([^ ]*\).*/\1/p;s/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list.d/*.sources \
    /etc/apt/sources.list.d/*.list /etc/apt/sources.list 2>/dev/null | grep -E '/debian/?$' | head -n 1 || true
}

# -------- tools
if [ -e /etc/debian_version ]; then
  [ "$(id -u)" = 0 ] || { say "installing the tools and the runtime needs root"; exit 1; }
  need=()
  for package in bubblewrap ostree elfutils mmdebstrap xdg-dbus-proxy appstream appstream-compose desktop-file-utils fuse3 dbus git xvfb xauth \
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
      need=("${need[@]/appstream-compose/}")
    fi
    need+=("flatpak$pocket" "flatpak-builder$pocket")
  fi
  if [ ${#need[@]} -gt 0 ]; then
    apt-get update -qq >&2
    # shellcheck disable=SC2068
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends -o Acquire::Retries=5 ${need[@]} >&2
  fi
fi

# -------- runtime
if flatpak --system info "org.gnome.Sdk//$BRANCH" 2>/dev/null | grep -q 'Origin: *flathub' ||
  timeout 20 flatpak --system -y --noninteractive install --or-update flathub "org.gnome.Platform//$BRANCH" "org.gnome.Sdk//$BRANCH" >&2 2>/dev/null; then
  say "building on the true GNOME $BRANCH runtime"
else
  say "Flathub cannot be reached: building on a stand-in runtime made of Debian 13 packages"
  export WAVESCOPE_FORCE_ROOT=1
  "$TOP/dev" setup-extra flatpak
  bash "$TOP/flatpak/stand-in-runtime.sh" "$BRANCH" "$("$TOP/dev" root-path)"

  # The manifest as it is, but for the place of the two libraries' sources: Debian's source packages instead of their repositories.
  for package in yyjson md4c; do
    [ -d "$WORK/sources/$package" ] && continue
    rm -rf "$WORK/sources/$package.new"; mkdir -p "$WORK/sources/$package.new/tree"
    (cd "$WORK/sources/$package.new" && "$TOP/dev" shell sh -c '
      lists=$(mktemp -d); mkdir "$lists/partial"; sed "s/^deb /deb-src /" /etc/apt/sources.list >"$lists/sources"
      set -- "$1" -o Dir::Etc::SourceList="$lists/sources" -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists="$lists" -o APT::Sandbox::User=root
      package=$1; shift
      apt-get "$@" update -qq && apt-get "$@" source --download-only -qq "$package"' sh "$package" >&2)
    tar -xf "$WORK/sources/$package.new/${package}"_*.orig.tar.* -C "$WORK/sources/$package.new/tree" --strip-components=1
    mv "$WORK/sources/$package.new/tree" "$WORK/sources/$package"; rm -rf "$WORK/sources/$package.new"
  done
  flatpak-builder --show-manifest "$MANIFEST" | python3 -c '
import json, sys
manifest, work, top = json.load(sys.stdin), sys.argv[1], sys.argv[2]
for module in manifest["modules"]:
    if module["name"] in ("yyjson", "md4c"):
        module["sources"] = [{"type": "dir", "path": work + "/sources/" + module["name"]}]
    else:
        for source in module["sources"]:
            source["path"] = top
json.dump(manifest, open(sys.argv[3], "w"), indent=1)' "$WORK" "$TOP" "$WORK/$APP.json"
  MANIFEST=$WORK/$APP.json
fi

# -------- build and install
flatpak-builder --force-clean --disable-rofiles-fuse --state-dir="$WORK/state" --repo="$WORK/repo" "$WORK/tree" "$MANIFEST" >&2
flatpak build-bundle "$WORK/repo" "$WORK/$APP.flatpak" "$APP"
flatpak --system -y --noninteractive install --or-update "$WORK/$APP.flatpak" >&2
say "installed $APP from build/flatpak/$APP.flatpak; start it with: flatpak run $APP"
if [ -n "$CHECK" ]; then exec bash "$TOP/flatpak/sandbox-check.sh" "$APP" "$WORK"; fi
[ -n "$RUN" ] || exit 0

# -------- start
if [ -n "${WAYLAND_DISPLAY:-}${DISPLAY:-}" ]; then exec flatpak run "$APP" --demo; fi
XDG_RUNTIME_DIR=$(mktemp -d); export XDG_RUNTIME_DIR; chmod 700 "$XDG_RUNTIME_DIR"
dbus-run-session -- xvfb-run -a -s '-screen 0 1280x800x24' bash -c '
  flatpak run --env=GSK_RENDERER=cairo "$1" --demo --size 1280x800 & app=$!
  for try in $(seq 60); do sleep 0.5; flatpak ps --columns=application 2>/dev/null | grep -q "$1" && break; done
  sleep 8; import -window root "$2/sandbox.png"; flatpak kill "$1"; wait $app' sh "$APP" "$WORK" || true
[ -s "$WORK/sandbox.png" ] || { say "it did not start"; exit 1; }
say "it ran in its sandbox on the demo; the picture is build/flatpak/sandbox.png"
