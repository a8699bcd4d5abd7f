#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# sandbox-check.sh APP-ID WORK-DIR: tries the installed Flatpak as an ordinary user in a virtual display: the demo, the keyring, recording into a file
# that is chosen through the portal, the command line, and that nothing outside can be reached. ./dev flatpak --check calls it, as root.
# The last line is "N passed, N failed".
set -euo pipefail
APP=$1 WORK=$2 HERE=$(cd "$(dirname "$0")" && pwd)
USER_NAME=wavescope-check
# Files that are chosen come by a FUSE mount; distributions let everybody have it, bare machines only root.
fuse_mode=$(stat -c %a /dev/fuse 2>/dev/null || true)
base=$(mktemp -d /tmp/wavescope-check.XXXXXX)
cleanup() {
  pkill -KILL -u "$USER_NAME" 2>/dev/null || true
  umount -l "$run/doc" 2>/dev/null || true
  rm -rf "$base" "$run"
  userdel "$USER_NAME" 2>/dev/null || true
  [ -z "$fuse_mode" ] || chmod "$fuse_mode" /dev/fuse
}
run=$base/run
trap cleanup EXIT
id "$USER_NAME" >/dev/null 2>&1 || useradd --system --no-create-home --home-dir "$base/home" --shell /bin/bash "$USER_NAME"
[ -z "$fuse_mode" ] || chmod a+rw /dev/fuse
# Where it stands everywhere: chosen files have the same path on both sides.
run=/run/user/$(id -u "$USER_NAME")
mkdir -p "$base/home" "$run" "$base/out"
echo 'nobody else may read this' >"$base/home/private.txt"
cp "$HERE/sandbox-check.py" "$base/check.py"
chown -R "$USER_NAME": "$base" "$run"
chmod 755 "$base"; chmod 700 "$run"
# A home, a session bus and a display of its own; the portals and the keyring start there.
status=0
setpriv --reuid "$USER_NAME" --regid "$USER_NAME" --clear-groups env -i PATH=/usr/bin:/bin HOME="$base/home" USER="$USER_NAME" LC_ALL=C.UTF-8 \
  XDG_RUNTIME_DIR="$run" XDG_CURRENT_DESKTOP=GNOME XDG_DATA_DIRS=/usr/share:/var/lib/flatpak/exports/share GDK_BACKEND=x11 GSK_RENDERER=cairo \
  timeout 240 xvfb-run -a -s '-screen 0 1280x900x24' dbus-run-session -- bash -c '
    cd "$1"
    echo -n secret | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1 &
    exec python3 check.py "$2" "$1"' sh "$base" "$APP" 2>"$WORK/check.log" || status=$?
cp "$base"/out/*.png "$WORK/" 2>/dev/null || true
[ "$status" = 0 ] || tail -n 20 "$WORK/check.log" >&2
exit "$status"
