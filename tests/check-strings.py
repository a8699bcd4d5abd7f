#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes every translatable string out of the tree as translators get it and fails where one would be lost, or where a translation does not fit.

check-strings.py SOURCE-DIR"""
import pathlib
import re
import subprocess
import sys
import tempfile

top = pathlib.Path(sys.argv[1])
files = [line.strip() for line in (top / "po/POTFILES.in").read_text().splitlines() if line.strip() and not line.startswith("#")]
languages = (top / "po/LINGUAS").read_text().split()
faults = []

ARGS = ["--from-code=UTF-8", "--add-comments", "--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=ngettext:1,2", "--flag=g_strdup_printf:1:c-format",
        "--flag=g_string_append_printf:2:c-format", "--flag=g_set_error:4:c-format", "--flag=_:1:pass-c-format", "--flag=ngettext:1:pass-c-format",
        "--flag=ngettext:2:pass-c-format", "--package-name=wavescope"]

with tempfile.TemporaryDirectory() as folder:
    pot = pathlib.Path(folder) / "wavescope.pot"
    run = subprocess.run(["xgettext", *ARGS, "-o", pot, *files], cwd=top, capture_output=True, text=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
    # Blueprint is not known to xgettext; read as C it gives the right strings (checked below).
    for line in run.stderr.splitlines():
        if "extension 'blp' is unknown" not in line:
            faults.append(line.strip())
    text = pot.read_text() if pot.exists() else ""
    if not text:
        faults.append("no strings were found at all")
    for name in files:
        if f"#: {name}:" not in text and f" {name}:" not in text:
            faults.append(f"{name} is in po/POTFILES.in, and no string comes out of it")
    # A string of each kind of file, so that a kind that is silently skipped is seen.
    for kind in ("blp", "c", "desktop.in", "gschema.xml.in", "metainfo.xml.in"):
        if not re.search(rf"^#:.*\.{re.escape(kind)}:\d+", text, re.MULTILINE):
            faults.append(f"no string comes out of any .{kind} file")
    # Two numbers or names without order in one sentence cannot be put in another order; gettext then wants %1$s in the translation, which is fine. One
    # thing cannot be translated at all: a count glued to a word without plural forms.
    for entry in text.split("\n\n"):
        match = re.search(r'^msgid "((?:[^"\\]|\\.)*)"$', entry, re.MULTILINE)
        if match and "msgid_plural" not in entry and re.search(r"%[du] (events|frames|messages|rooms|people|members|chunks|pages|seconds|minutes)\b", match.group(1)):
            faults.append(f"“{match.group(1)}” counts something and has no plural forms")
    for language in languages:
        po = top / f"po/{language}.po"
        if not po.exists():
            faults.append(f"po/LINGUAS names {language}, and there is no po/{language}.po")
            continue
        run = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", po], capture_output=True, text=True, env={"LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"})
        if run.returncode != 0:
            faults.append(run.stderr.strip())
        merged = pathlib.Path(folder) / f"{language}.po"
        subprocess.run(["msgmerge", "--quiet", "--no-fuzzy-matching", "-o", merged, po, pot], check=True)
        left = subprocess.run(["msgattrib", "--untranslated", "--no-wrap", merged], capture_output=True, text=True).stdout
        for text in re.findall(r'^msgid (".+")$', left, re.MULTILINE):
            faults.append(f"{po.name} has nothing for {text}")
    for po in (top / "po").glob("*.po"):
        if po.stem not in languages:
            faults.append(f"{po.name} is not in po/LINGUAS")

for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
