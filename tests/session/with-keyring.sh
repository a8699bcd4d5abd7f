#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with-keyring.sh CMD…: the real keyring, unlocked with a password of nobody's, in a home of its own, while CMD runs.
set -e
home=$(mktemp -d)
export XDG_DATA_HOME=$home XDG_RUNTIME_DIR=$home
printf 'nobody' | gnome-keyring-daemon --foreground --unlock --components=secrets --control-directory="$home" >/dev/null 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; rm -rf "$home"' EXIT
for _ in $(seq 100); do
  gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus --method org.freedesktop.DBus.NameHasOwner org.freedesktop.secrets | grep -q true && break
  sleep 0.05
done
"$@"
