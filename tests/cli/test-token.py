#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The token is in memory, in the keyring and in the request: looked for in everything else that the programs leave behind or show while they run.

  test-token.py CLI APP      in a display with a session bus of its own
"""
import atexit
import base64
import gzip
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

CLI, APP = sys.argv[1:3]
# As it is, and as it would look in a URL, in base64, or without its first characters.
TOKEN = 'sekret-Zq7+/9f2c41d0a7b'
NEEDLES = [TOKEN.encode(), TOKEN.replace('+', '%2B').replace('/', '%2F').encode(), base64.b64encode(TOKEN.encode()).rstrip(b'='), TOKEN[8:].encode()]
results = []


def has_token(data):
    return any(needle in data for needle in NEEDLES)


def check(name, data):
    results.append((name, not has_token(data), len(data)))


def check_files(name, *directories):
    found, total = [], 0
    for directory in directories:
        for path in pathlib.Path(directory).rglob('*'):
            if path.is_file():
                data = path.read_bytes()
                total += len(data)
                if has_token(data) or (path.suffix == '.gz' and has_token(gzip.decompress(data))):
                    found.append(str(path))
    results.append((f'{name}{": " + ", ".join(found) if found else ""}', not found, total))


def look_at_processes(root_pids, seen):
    """Command lines and environments of these processes and of all below them."""
    parents = {}
    for entry in pathlib.Path('/proc').iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / 'stat').read_text()
                parents[int(entry.name)] = int(stat.rsplit(')', 1)[1].split()[1])
            except OSError:
                pass
    wanted = set(root_pids)
    while True:
        below = {pid for pid, parent in parents.items() if parent in wanted} - wanted
        if not below:
            break
        wanted |= below
    for pid in wanted:
        for what in ('cmdline', 'environ', 'comm'):
            try:
                seen.append(pathlib.Path(f'/proc/{pid}/{what}').read_bytes())
            except OSError:
                pass


def run(arguments, env, seconds=60, watch=None):
    process = subprocess.Popen(arguments, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    seen, output = [], b''
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        look_at_processes([process.pid], seen)
        try:
            output, _ = process.communicate(timeout=0.2)
            break
        except subprocess.TimeoutExpired:
            pass
    if process.returncode is None:
        process.kill()
        output, _ = process.communicate()
        raise SystemExit(f'{arguments[0]} did not end: {output[-2000:].decode(errors="replace")}')
    assert seen, 'nothing was looked at while it ran'
    return process.returncode, output, b''.join(seen)


def main():
    home = tempfile.mkdtemp(prefix='wave-token-')
    try:
        token_file = os.path.join(home, 'token-file')
        pathlib.Path(token_file).write_text(TOKEN + '\n')
        out = os.path.join(home, 'out')
        os.mkdir(out)
        env = {**os.environ, 'G_MESSAGES_DEBUG': 'all', 'SOUP_DEBUG': 'all', 'HOME': home,
               **{f'XDG_{name}_HOME': os.path.join(home, 'xdg', name.lower()) for name in ('DATA', 'CONFIG', 'CACHE', 'STATE')}}
        env.pop('WAVESCOPE_TOKEN', None)
        simulator = subprocess.Popen([CLI, 'simulate', '--port', '0', '--scenario', 'office', '--seed', '4', '--rate', '100', '--token-file', token_file,
                                      '--ledger', os.path.join(out, 'ledger')], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
        atexit.register(simulator.kill)
        url = simulator.stdout.readline().decode().strip()
        monitor = subprocess.Popen(['dbus-monitor', '--session'], stdout=open(os.path.join(home, 'bus'), 'wb'), stderr=subprocess.DEVNULL, env=env)
        atexit.register(monitor.kill)

        connect = ['--server', url, '--token-file', token_file]
        for name, arguments in {
            'tail': ['tail', *connect, '--since', '0', '--count', '150', '--format', 'raw'],
            'record': ['record', *connect, '--output', f'{out}/recording.jsonl', '--duration', '2'],
            'record, compressed': ['record', *connect, '--output', f'{out}/recording.jsonl.gz', '--duration', '2'],
            'streams': ['streams', *connect, '--duration', '2'],
            'convert to HAR': ['convert', '--to', 'har', f'{out}/recording.jsonl', f'{out}/converted.har'],
        }.items():
            code, output, seen = run([CLI, *arguments], env)
            assert code == 0, f'{name} ended with {code}: {output[-1500:].decode(errors="replace")}'
            check(f'output and log of {name}', output)
            check(f'/proc of {name} and its children', seen)

        # Refused: the message tells about the token, and must not tell it.
        wrong = os.path.join(home, 'wrong-file')
        pathlib.Path(wrong).write_text('bad-' + TOKEN + '\n')
        code, output, seen = run([CLI, 'tail', '--server', url, '--token-file', wrong], env)
        assert code == 3, f'a wrong token ended with {code}'
        check('output and log of a refusal', output)

        # Leaks of GTK are known by who called, which only the slow unwinder finds (tests/lsan.supp).
        sanitizer = os.environ.get('ASAN_OPTIONS', '').replace('fast_unwind_on_malloc=1', 'fast_unwind_on_malloc=0')
        code, output, seen = run([APP, *connect, '--page', 'connection', '--screenshot', f'{out}/picture.png', '--screenshot-after', '2', '--size', '900x700'],
                                 {**env, 'GTK_A11Y': 'none', 'GDK_DEBUG': 'no-portals', 'ASAN_OPTIONS': sanitizer}, 90)
        assert code == 0 and os.path.getsize(f'{out}/picture.png') > 1000, f'the app ended with {code}: {output[-1500:].decode(errors="replace")}'
        assert len(output) > 1000, 'the app logged nothing, though it was asked to'
        check('log of the app', output)
        check('/proc of the app and its children', seen)

        monitor.terminate()
        monitor.wait()
        simulator.terminate()
        _, errors = simulator.communicate()
        check('log of the simulator', errors)
        bus = pathlib.Path(os.path.join(home, 'bus')).read_bytes()
        assert len(bus) > 200, 'nothing was heard on the bus'
        check('D-Bus', bus)
        check_files('exports, recordings, ledger, picture', out)
        check_files('data, configuration, cache, state', os.path.join(home, 'xdg'))
        assert any(pathlib.Path(home, 'xdg').rglob('*.journal')), 'no journal was written'
        # The search finds what is there.
        assert has_token(pathlib.Path(token_file).read_bytes())
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(f'1..{len(results)}')
    for number, (name, good, size) in enumerate(results, 1):
        print(f'{"ok" if good else "not ok"} {number} {name} ({size} bytes)')
    sys.exit(not all(good for _, good, _ in results))


main()
