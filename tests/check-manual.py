#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""check-manual.py SOURCE-DIR WAVESCOPE WAVESCOPE-CLI: the man pages and the bash completion know every option that the programs have, and no other."""
import pathlib
import re
import subprocess
import sys

top, app, cli = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
COMMANDS = ("tail", "record", "streams", "convert", "simulate")
GENERAL = {"--help-all", "--help-gapplication", "--gapplication-service", "--display"}
faults = []


def options_of(*command):
    run = subprocess.run([*command, "--help"], capture_output=True, text=True, timeout=30)
    found = set(re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", run.stdout, re.MULTILINE)) - GENERAL
    if not found:
        faults.append(f"{' '.join(command)} --help tells no options: {run.stderr.strip()}")
    return found


def manual(name):
    text = (top / "data/man" / name).read_text()
    return set(re.findall(r"--[a-z][a-z-]*", text.replace("\\-", "-")))


def completion():
    text = (top / "data/completions/wavescope-cli").read_text()
    offered = {name: set(options.split()) for name, options in re.findall(r"^    (\w+)\) options\+=' ([^']*)'", text, re.MULTILINE)}
    for name in offered:
        offered[name].add("--help")
    return offered, set(re.search(r"local options='(--demo[^']*)'", text).group(1).split())


def compare(where, documented, real, more=frozenset()):
    for option in sorted(real - documented):
        faults.append(f"{where} does not tell of {option}")
    for option in sorted(documented - real - more):
        faults.append(f"{where} tells of {option}, which does not exist")


offered, offered_app = completion()
all_of_cli = {"--version"}
for command in COMMANDS:
    real = options_of(cli, command)
    all_of_cli |= real
    compare(f"completion of {command}", offered.get(command, set()), real)
compare("wavescope-cli.1", manual("wavescope-cli.1"), all_of_cli)
real = options_of(app)
compare("wavescope.1", manual("wavescope.1"), real)
compare("completion of wavescope", offered_app, real)
for fault in faults:
    print(fault)
sys.exit(1 if faults else 0)
