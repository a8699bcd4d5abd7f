#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns Meson's JUnit report into one closing line: N passed, N failed."""
import json
import os
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
told = set()
try:
    cases = list(ElementTree.parse(sys.argv[1]).getroot().iter('testcase'))
except (OSError, ElementTree.ParseError) as error:
    print(f'no test report: {error}', file=sys.stderr)
    cases = []
for case in cases:
    if case.find('failure') is not None or case.find('error') is not None:
        failed += 1
        told.add(case.get('name'))
        print(f"failed: {case.get('classname')} {case.get('name')}")
    elif case.find('skipped') is not None:
        skipped += 1
        print(f"skipped: {case.get('classname')} {case.get('name')}")
    else:
        passed += 1
# A test program that was ended, by a time limit or a signal, after some of its checks had passed shows in Meson's own log only.
try:
    with open(os.path.join(os.path.dirname(sys.argv[1]), 'testlog.json')) as log:
        programs = [json.loads(line) for line in log]
except OSError:
    programs = []
for program in programs:
    if program['name'] in told:
        continue
    if program['result'] in ('TIMEOUT', 'INTERRUPT', 'ERROR') and failed == 0 or program['result'] == 'TIMEOUT':
        failed += 1
        print(f"failed: {program['name']} {program['result']}")
# Where only this output is kept, it has to say why, too: each check that failed with what it said of it.
for program in programs:
    if program['result'] in ('OK', 'SKIP', 'EXPECTEDFAIL'):
        continue
    telling = False
    for line in program.get('stdout', '').splitlines():
        telling = line.startswith('not ok') or telling and line.startswith('#')
        if telling:
            print(f"  {program['name']}: {line[:500]}")
if passed + failed == 0:
    failed = 1
print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
sys.exit(failed > 0)
