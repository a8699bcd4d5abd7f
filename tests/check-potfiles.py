#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails when a file with a translatable string is not in po/POTFILES.in, a file that is named there is gone, or a string would be cut by xgettext."""
import pathlib
import re
import sys

top = pathlib.Path(sys.argv[1])
listed = {line.strip() for line in (top / "po/POTFILES.in").read_text().splitlines() if line.strip() and not line.startswith("#")}
marked = re.compile(r"(?<![A-Za-z0-9_])(?:_|N_|C_|ngettext) ?\(")
found = {str(path.relative_to(top)) for suffix in ("c", "blp") for path in (top / "src").rglob(f"*.{suffix}") if marked.search(path.read_text())}
missing = sorted(found - listed)
gone = sorted(name for name in listed if not (top / name).exists())
# xgettext ends a string at a macro such as G_GINT64_FORMAT: what is left of it is never found again.
string = re.compile(r"(?<![A-Za-z0-9_])(?:_|N_|C_|ngettext) ?\((?:\"(?:[^\"\\]|\\.)*\"|[\s,])*(?:G_[A-Z0-9]+_FORMAT|PRI[a-zA-Z0-9]+)")
cut = sorted(str(path.relative_to(top)) for path in (top / "src").rglob("*.c") if string.search(path.read_text()))
for name in cut:
    print(f"{name} has a translatable string with a format macro in it; use %lld and a cast")
for name in missing:
    print(f"{name} has translatable strings and is not in po/POTFILES.in")
for name in gone:
    print(f"{name} is in po/POTFILES.in and does not exist")
sys.exit(1 if missing or gone or cut else 0)
