#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns Meson's JUnit report into one closing line: N passed, N failed."""
import sys
import xml.etree.ElementTree as ElementTree

passed = failed = skipped = 0
try:
    cases = list(ElementTree.parse(sys.argv[1]).getroot().iter('testcase'))
except (OSError, ElementTree.ParseError) as error:
    print(f'no test report: {error}', file=sys.stderr)
    cases = []
for case in cases:
    if case.find('failure') is not None or case.find('error') is not None:
        failed += 1
        print(f"failed: {case.get('classname')} {case.get('name')}")
    elif case.find('skipped') is not None:
        skipped += 1
        print(f"skipped: {case.get('classname')} {case.get('name')}")
    else:
        passed += 1
if passed + failed == 0:
    failed = 1
print(f'{passed} passed, {failed} failed' + (f', {skipped} skipped' if skipped else ''))
sys.exit(failed > 0)
