#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails on an #include that points upward, or on a toolkit header in the core."""
import pathlib, re, sys

MAY_INCLUDE = {
    'protocol': set(),
    'session': {'protocol'},
    'journal': {'protocol', 'session'},
    'simulator': {'protocol'},
    'model': {'protocol', 'session', 'journal'},
    'ui': {'protocol', 'session', 'journal', 'simulator', 'model'},
    'cli': {'protocol', 'session', 'journal', 'simulator', 'model'},
}
TOOLKIT = re.compile(r'^(gtk|gdk|gsk|adwaita|gtksourceview)')

src = pathlib.Path(sys.argv[1])
print(f'1..{len(MAY_INCLUDE)}')
failed = 0
for number, (folder, allowed) in enumerate(MAY_INCLUDE.items(), 1):
    faults = []
    for path in sorted((src / folder).rglob('*.[ch]')):
        for line_number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
            if not match:
                continue
            header = match.group(1)
            room = header.split('/')[0]
            if room in MAY_INCLUDE and room != folder and room not in allowed:
                faults.append(f'{path}:{line_number} reaches up to {header}')
            if folder not in ('ui',) and TOOLKIT.match(header):
                faults.append(f'{path}:{line_number} includes the toolkit header {header}')
            if not (room in MAY_INCLUDE and '/' in header) and (path.parent / header).exists():
                faults.append(f'{path}:{line_number} names {header} without its folder')
    for fault in faults:
        print('#', fault)
    print('not ok' if faults else 'ok', number, folder)
    failed += bool(faults)
sys.exit(failed > 0)
