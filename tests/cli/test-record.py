#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli record and convert, and tail --filter, against a server that is not ours: the same frames byte for byte, and no token."""
import asyncio
import csv
import gzip
import io
import json
import os
import pathlib
import signal
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from foreign_server import Server  # noqa: E402

CLI = sys.argv[1]
TOKEN = 'secret-token-5f1c/+'
TESTS = []


def test(function):
    TESTS.append(function)
    return function


async def run(home, *args, stop=None, seconds=30):
    token_file = os.path.join(home, 'token')
    with open(token_file, 'w') as out:
        out.write(TOKEN + '\n')
    env = {**os.environ, 'XDG_DATA_HOME': os.path.join(home, 'data'), 'G_MESSAGES_DEBUG': 'all', 'LC_ALL': 'C.UTF-8'}
    process = await asyncio.create_subprocess_exec(CLI, *args, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=env)
    output = asyncio.ensure_future(process.communicate())
    try:
        if stop:
            for _ in range(int(seconds / 0.05)):
                if stop() or output.done():
                    break
                await asyncio.sleep(0.05)
            if not output.done():
                process.send_signal(signal.SIGTERM if stop is not KILL else signal.SIGKILL)
        out, err = await asyncio.wait_for(asyncio.shield(output), seconds)
    finally:
        if process.returncode is None:
            process.kill()
            await output
    assert TOKEN.encode() not in out + err, 'the token stands in the output'
    return process.returncode, out, err.decode()


def KILL():
    return False


FRAMES = [
    b'{"type":"swp.room.message","id":"evt-a","room_id":"room-a","sender_id":"p1","stream_position":2001,"content":{"msgtype":"swp.text","body":"one \\u00e9 \\"x\\""}}',
    b'{ "type" : "typing",\n "room_id":"room-a", "participant_id":"p2" }',
    b'not json \x01 \\ "',
    b'{"type":"swp.room.message.chunk","room_id":"room-b","sender_id":"ai-1","content":{"chunk_text":"w"}}',
    b'{"type":"x.echo","url":"/v1/stream?token=' + TOKEN.encode() + b'"}',
    b'{"type":"last"}',
]


async def record(home, name, *options):
    server = await Server().start()
    sent = asyncio.Event()

    async def script(server, client, n):
        await asyncio.sleep(0.4)
        for frame in FRAMES:
            client.send_raw(frame)
            await asyncio.sleep(0.02)
        sent.set()
    server.on_connect = script
    path = os.path.join(home, name)
    started = asyncio.get_event_loop().time()

    def done():
        return sent.is_set() and asyncio.get_event_loop().time() - started > 2.5
    code, out, err = await run(home, 'record', '--server', f'http://127.0.0.1:{server.port}', '--token-file', os.path.join(home, 'token'), *options, path, stop=done)
    return path, code, err


def read(path):
    data = open(path, 'rb').read()
    if path.endswith('.gz'):
        data = gzip.decompress(data)
    return data, [json.loads(line) for line in data.decode().splitlines()]


@test
async def records_byte_for_byte_and_without_the_token(home):
    path, code, err = await record(home, 'a.wavescope.ndjson')
    assert code == 0, err
    data, lines = read(path)
    assert TOKEN.encode() not in data
    head = lines[0]
    assert head['wavescope_recording'] == 1 and head['tenant_id'] == 't-1' and head['server_name'] == 'wave.example.org', head
    assert head['started_at'][19] == '.' and len(head['started_at'].split('.')[1]) == 7, head
    frames = [line for line in lines if 'frame' in line and not line['frame'].startswith('{"type": "hello"')]
    got = [line['frame'].encode() for line in frames]
    expected = [frame.replace(TOKEN.encode(), b'[secret]') for frame in FRAMES]
    assert got == expected, (got, expected)
    assert [bool(line.get('scrubbed')) for line in frames] == [TOKEN.encode() in frame for frame in FRAMES]
    times = [line['t_us'] for line in frames]
    assert times == sorted(times) and times[-1] - times[0] >= 5 * 20000 * 0.8
    assert 'live' in [line.get('state') for line in lines]
    assert os.stat(path).st_mode & 0o777 == 0o600
    # A file that is there is not replaced.
    code, out, err = await run(home, 'record', '--server', 'http://127.0.0.1:1', path)
    assert code == 2 and 'force' in err, err


@test
async def a_round_trip_changes_nothing(home):
    path, code, err = await record(home, 'a.wavescope.ndjson.gz')
    assert code == 0, err
    original, _ = read(path)
    for name in 'b.wavescope.ndjson', 'c.wavescope.ndjson.zst', 'd.wavescope.ndjson.gz', 'e.wavescope.ndjson':
        code, out, err = await run(home, 'convert', path, os.path.join(home, name))
        assert code == 0, err
        path = os.path.join(home, name)
    assert read(path)[0] == original


@test
async def converts(home):
    path, code, err = await record(home, 'a.wavescope.ndjson')
    code, out, err = await run(home, 'convert', '--to', 'har', path)
    assert code == 0, err
    log = json.loads(out)['log']
    assert log['version'] == '1.2' and len(log['entries'][0]['_webSocketMessages']) >= len(FRAMES)
    messages = [m['data'].encode() for m in log['entries'][0]['_webSocketMessages']]
    assert FRAMES[0] in messages and FRAMES[1] in messages
    code, out, err = await run(home, 'convert', '--to', 'csv', '--filter', 'type:message or type:chunk', path)
    rows = list(csv.DictReader(io.StringIO(out.decode())))
    assert code == 0 and [row['type'] for row in rows] == ['swp.room.message', 'swp.room.message.chunk'], rows
    code, out, err = await run(home, 'convert', '--to', 'jsonl', '--room', 'room-a', path)
    assert code == 0 and [json.loads(line)['type'] for line in out.decode().splitlines()] == ['swp.room.message', 'typing']
    code, out, err = await run(home, 'convert', '--to', 'transcript', path)
    assert code == 0 and 'p1: one é "x"' in out.decode()
    code, out, err = await run(home, 'convert', '--to', 'recording', '--anonymise', path)
    assert code == 0 and b'room-a"' not in out and b'one ' not in out and b'wave.example.org' not in out
    sizes = [len(line['frame']) for line in read(path)[1] if 'frame' in line]
    assert [len(json.loads(line)['frame']) for line in out.decode().splitlines() if 'frame' in json.loads(line)] == sizes
    for wrong in (['--to', 'mp3', path], [path], [path, path], ['--to', 'har', '--filter', 'foo:', path], []):
        code, out, err = await run(home, 'convert', *wrong)
        assert code == 2, (wrong, code)
    code, out, err = await run(home, 'convert', '--to', 'har', CLI)
    assert code == 1 and 'not a recording' in err, err


@test
async def opens_what_a_killed_recorder_left(home):
    server = await Server().start()

    async def script(server, client, n):
        for i in range(100000):
            client.send({'type': 'typing', 'room_id': 'r', 'participant_id': f'p{i}'})
            await asyncio.sleep(0.002)
    server.on_connect = script
    path = os.path.join(home, 'a.wavescope.ndjson.gz')
    await run(home, 'record', '--server', f'http://127.0.0.1:{server.port}', '--token-file', os.path.join(home, 'token'), path, stop=KILL, seconds=4)
    code, out, err = await run(home, 'convert', '--to', 'jsonl', path)
    assert code == 0 and out.count(b'\n') > 300, (code, out.count(b'\n'), err)
    assert 'cut' in err, err


@test
async def tail_filters(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.3)
        for frame in FRAMES:
            client.send_raw(frame)
    server.on_connect = script
    code, out, err = await run(home, 'tail', '--server', f'http://127.0.0.1:{server.port}', '--token-file', os.path.join(home, 'token'), '--format', 'raw',
                               '--filter', 'type:chunk or "one "', '--count', '2')
    assert code == 0 and out == FRAMES[0] + b'\n' + FRAMES[3] + b'\n', (code, out, err)
    code, out, err = await run(home, 'tail', '--server', 'http://127.0.0.1:1', '--filter', 'size>x')
    assert code == 2 and err.endswith('  size>x\n       ^\n'), err


async def main():
    print('TAP version 14')
    print(f'1..{len(TESTS)}')
    failed = 0
    for number, function in enumerate(TESTS, 1):
        with tempfile.TemporaryDirectory() as home:
            try:
                await asyncio.wait_for(function(home), 60)
                print('ok', number, function.__name__.replace('_', ' '), flush=True)
            except Exception:
                failed += 1
                print('not ok', number, function.__name__.replace('_', ' '))
                print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()), flush=True)
    sys.exit(failed > 0)


asyncio.run(main())
