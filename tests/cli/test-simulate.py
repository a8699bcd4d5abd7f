#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli simulate: the URL first, the ledger closed however it ends, and tail against it, each event once."""
import collections
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import traceback
import urllib.error
import urllib.request

CLI = sys.argv[1]
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def start(*options):
    process = subprocess.Popen([CLI, 'simulate', *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    url = process.stdout.readline().strip()
    assert url.startswith('http://127.0.0.1:'), (url, process.stderr.read())
    return process, url


def status(url, token):
    request = urllib.request.Request(url, headers={'Authorization': f'Bearer {token}'})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def ledger_of(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


@test
def signals_close_the_ledger(home):
    for number in signal.SIGINT, signal.SIGTERM:
        path = os.path.join(home, 'ledger')
        process, url = start('--scenario', 'storm', '--rate', '1000', '--ledger', path)
        assert status(url + '/v1/me', 'anything') == 200
        assert status(url + '/v1/me', 'bad-one') == 401
        process.send_signal(number)
        assert process.wait(10) == 0
        lines = ledger_of(path)
        assert lines[-1]['kind'] == 'end' and lines[-1]['durable'] == len([line for line in lines if 'id' in line]), lines[-1]


@test
def duration_ends_it(home):
    process, url = start('--scenario', 'idle', '--duration', '0.3')
    assert process.wait(10) == 0
    assert process.stdout.read() == ''


@test
def tokens_of_a_file(home):
    path = os.path.join(home, 'tokens')
    pathlib.Path(path).write_text('one\ntwo\n')
    process, url = start('--scenario', 'idle', '--token-file', path)
    assert [status(url + '/v1/me', token) for token in ('one', 'two', 'three')] == [200, 200, 401]
    process.terminate()
    assert process.wait(10) == 0


@test
def wrong_options(home):
    for options in (['--scenario', 'nowhere'], ['--faults', 'nonsense'], ['--rate', '-1'], ['--port', '70000'], ['--nothing'], ['argument']):
        done = subprocess.run([CLI, 'simulate', *options], capture_output=True, text=True, timeout=10)
        assert done.returncode == 2 and done.stdout == '' and done.stderr.startswith('wavescope-cli'), (options, done)
    done = subprocess.run([CLI, 'simulate', '--ledger', '/nowhere/at/all'], capture_output=True, text=True, timeout=10)
    assert done.returncode == 1, done


@test
def tail_prints_what_the_ledger_has(home):
    path = os.path.join(home, 'ledger')
    process, url = start('--scenario', 'storm', '--rate', '300', '--history', '120', '--ledger', path,
                         '--faults', 'duplicate=0.1,reorder=0.1,sync-503=2,page-limit=40,drop=0.7,malformed=0.05,late-commit=0.05')
    env = {**os.environ, 'WAVESCOPE_TOKEN': 'a-token', 'XDG_DATA_HOME': os.path.join(home, 'data')}
    done = subprocess.run([CLI, 'tail', '--server', url, '--since', '0', '--format', 'ndjson', '--duration', '4'], capture_output=True, text=True,
                          env=env, timeout=30)
    process.terminate()
    assert process.wait(10) == 0 and done.returncode == 0, done.stderr
    came = collections.Counter()
    for line in done.stdout.splitlines():
        event = json.loads(line)
        if event['stream_position'] is not None:
            came[event['id']] += 1
    assert not [one for one, n in came.items() if n > 1]
    sent = [line['id'] for line in ledger_of(path) if line['kind'] == 'frame' and 'id' in line]
    # What was sent in the last moment may have come after the end of tail.
    missing = [one for one in sent[:len(sent) // 2] if one not in came]
    assert len(sent) > 200 and len(came) > 120 and not missing, (len(sent), len(came), missing[:5])


print(f'1..{len(TESTS)}')
failed = 0
for number, function in enumerate(TESTS, 1):
    with tempfile.TemporaryDirectory(prefix='wave-simulate-') as directory:
        try:
            function(directory)
            print(f'ok {number} {function.__name__}', flush=True)
        except Exception:  # noqa: BLE001
            failed += 1
            print(''.join('# ' + line for line in traceback.format_exc().splitlines(True)))
            print(f'not ok {number} {function.__name__}', flush=True)
sys.exit(failed > 0)
