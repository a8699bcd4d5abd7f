#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a key of the settings is read nowhere, when a number has no range, when a key has no summary, or when something that people set has no row in the
preferences."""
import pathlib
import re
import sys
import xml.etree.ElementTree as tree

top = pathlib.Path(sys.argv[1])
schema = top / "data/io.github.wavescope.Wavescope.gschema.xml.in"
preferences = "wave-preferences.c"
# What the program remembers by itself, and what is set where it counts.
REMEMBERED = {"window-width", "window-height", "window-maximized", "page", "accounts", "last-account", "last-rooms", "muted-rooms", "activity-columns",
              "activity-column-widths", "activity-time", "activity-span", "activity-filter", "saved-filters"}

text = {path.name: path.read_text() for path in (top / "src").rglob("*.c")}
faults = []
for key in tree.parse(schema).getroot().iter("key"):
    name = key.get("name")
    quoted = re.compile(rf'"(?:changed::)?{re.escape(name)}"')
    readers = [file for file, code in text.items() if quoted.search(code)]
    if not [file for file in readers if file != preferences]:
        faults.append(f"nothing reads {name}")
    if name not in REMEMBERED and preferences not in readers:
        faults.append(f"{name} has no row in the preferences")
    if name in REMEMBERED and preferences in readers:
        faults.append(f"{name} has a row: take it out of the list of this test")
    if key.get("type") in ("i", "u", "d") and key.find("range") is None:
        faults.append(f"{name} has no range")
    if not (key.findtext("summary") or "").strip():
        faults.append(f"{name} has no summary")
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
