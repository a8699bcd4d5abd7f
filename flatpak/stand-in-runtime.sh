#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# stand-in-runtime.sh BRANCH SDK-ROOT: installs stand-ins for org.gnome.Platform and org.gnome.Sdk made of Debian packages, so that the Flatpak manifest
# builds, installs and runs where Flathub cannot be reached. Needs root. SDK-ROOT is the Debian root that ./dev builds in; the Platform gets a smaller
# root of its own with run-time packages only, so that a missing run-time library shows.
set -euo pipefail
BRANCH=$1 SDK_ROOT=$2
DIR=${WAVESCOPE_RUNTIME_DIR:-/var/cache/wavescope-runtime}
SUITE=trixie ARCH=$(uname -m)
PLATFORM=(libgtk-4-1 libgtk-4-bin libadwaita-1-0 libsoup-3.0-0 libjson-glib-1.0-0 libsqlite3-0 libsecret-1-0
  libgtksourceview-5-0 libzstd1 librsvg2-common dbus at-spi2-core fonts-cantarell fonts-noto-core fonts-noto-cjk fonts-noto-color-emoji
  adwaita-icon-theme hicolor-icon-theme glib-networking gsettings-desktop-schemas dconf-gsettings-backend shared-mime-info
  libgl1-mesa-dri libegl-mesa0 libglx-mesa0 libglib2.0-bin ca-certificates)

archive() {
  { sed -n 's/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list.d/*.sources 2>/dev/null
    sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null
  } | grep -E '/debian/?$' | head -n 1 || true
}

KEY=$(printf '%s\n' "$SUITE" "$BRANCH" "$SDK_ROOT" "${PLATFORM[@]}" | cat - "$0" | sha256sum | cut -c1-12)
mkdir -p "$DIR"; exec 9>"$DIR/.lock"; flock 9
if [ "$(cat "$DIR/stamp" 2>/dev/null)" != "$KEY" ]; then
  rm -rf "$DIR/platform" "$DIR/tree" "$DIR/repo" "$DIR/stamp"
  from=$(archive)
  mmdebstrap --quiet --mode=root --variant=essential --aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Retries "5"' \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --include="$(IFS=,; echo "${PLATFORM[*]}")" "$SUITE" "$DIR/platform" "deb $from $SUITE main" "deb $from $SUITE-updates main"
  # Nothing is compressed or synced, and a local installation hard-links instead of copying.
  ostree init --repo="$DIR/repo" --mode=bare-user-only; ostree --repo="$DIR/repo" config set core.fsync false
  for name in Platform Sdk; do
    if [ $name = Sdk ]; then from_root=$SDK_ROOT; else from_root=$DIR/platform; fi
    tree=$DIR/tree; rm -rf "$tree"; mkdir -p "$tree/files" "$tree/var"
    cp -al "$from_root/usr" "$tree/usr"; rm -rf "$tree/usr/etc"; cp -a "$from_root/etc" "$tree/usr/etc"
    ln -sf ../sbin/ldconfig "$tree/usr/bin/ldconfig"     # flatpak looks for it in /usr/bin only
    # As the true runtime's: the app's own libraries are found, /app before the runtime.
    printf '%s\n' 'include /run/flatpak/ld.so.conf.d/app-*.conf' /app/lib 'include /run/flatpak/ld.so.conf.d/runtime-*.conf' \
      'include /etc/ld.so.conf.d/*.conf' >"$tree/usr/etc/ld.so.conf"
    rm -rf "$tree"/usr/etc/{apt,resolv.conf,hosts,hostname,mtab,machine-id}
    printf '[Runtime]\nname=org.gnome.%s\nruntime=org.gnome.Platform/%s/%s\nsdk=org.gnome.Sdk/%s/%s\n' \
      $name "$ARCH" "$BRANCH" "$ARCH" "$BRANCH" >"$tree/metadata"
    flatpak build-export --runtime --disable-sandbox "$DIR/repo" "$tree" "$BRANCH" >/dev/null
  done
  rm -rf "$DIR/tree" "$DIR/platform"; echo "$KEY" >"$DIR/stamp"
fi
flatpak --system remote-add --if-not-exists --no-gpg-verify wavescope-stand-in "file://$DIR/repo"
flatpak --system -y --noninteractive install --or-update wavescope-stand-in "org.gnome.Platform//$BRANCH" "org.gnome.Sdk//$BRANCH"
