#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# with-display.sh CMD…: a private session bus, a private X display, software rendering, no animation surprises.
export GDK_BACKEND=x11 GSK_RENDERER=${GSK_RENDERER:-cairo} GDK_DEBUG=no-portals NO_AT_BRIDGE=1
exec dbus-run-session ${WAVE_BUS_CONFIG:+--config-file="$WAVE_BUS_CONFIG"} -- xvfb-run -a -s "-screen 0 ${WAVESCOPE_SCREEN:-1600x1200}x24 -noreset" "$@"
