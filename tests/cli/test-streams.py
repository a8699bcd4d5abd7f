#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli streams against a server that is not ours: known gaps come out as the figures."""
import asyncio
import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from foreign_server import Server  # noqa: E402

CLI = sys.argv[1]
ALLOWED_US = 1000  # of wave-cli-selftest.c


def chunk(sender, text, done=False):
    return {'type': 'swp.room.message.chunk', 'room_id': 'room-a', 'sender_id': sender, 'content': {'chunk_text': text, 'done': done}}


def message(sender, event_id, position, body):
    return {'type': 'swp.room.message', 'id': event_id, 'room_id': 'room-a', 'sender_id': sender, 'stream_position': position,
            'origin_ts': 1780384569, 'content': {'msgtype': 'swp.text', 'body': body}}


async def script(server, client, _n, finished):
    await asyncio.sleep(0.4)  # the catch-up
    client.send(message('ada', 'q', 1001, 'how long?'))
    await asyncio.sleep(0.1)
    client.send({'type': 'swp.ai.status', 'room_id': 'room-a', 'participant_id': 'ai-scout', 'status': 'thinking'})
    await asyncio.sleep(0.1)
    client.send(chunk('ai-scout', 'Grü'))
    await asyncio.sleep(0.05)
    client.send(chunk('ai-scout', 'ße '))
    await asyncio.sleep(0.6)
    client.send(chunk('ai-scout', '😀', True))
    client.send(message('ai-scout', 'a', 1002, 'Grüße 😀'))
    client.send(chunk('ai-two', 'never finished'))
    await asyncio.sleep(0.3)
    finished.set()


async def run(*options):
    finished = asyncio.Event()
    server = await Server().start()
    server.next_position = 1000
    server.on_connect = lambda s, c, n: script(s, c, n, finished)
    with tempfile.TemporaryDirectory() as home:
        token_file = os.path.join(home, 'token')
        pathlib.Path(token_file).write_text('secret-token\n')
        process = await asyncio.create_subprocess_exec(
            CLI, 'streams', '--server', f'http://127.0.0.1:{server.port}', '--token-file', token_file, *options,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        await asyncio.wait_for(finished.wait(), 30)
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, (process.returncode, err)
        assert b'secret-token' not in out + err
    return out.decode()


async def figures():
    lines = [json.loads(line) for line in (await run('--format', 'ndjson', '--stall-ms', '400')).splitlines()]
    assert len(lines) == 2, lines
    first, second = lines
    assert first['room_id'] == 'room-a' and first['sender_id'] == 'ai-scout' and first['outcome'] == 'settled', first
    assert first['matched'] == 'text' and first['text_differs'] is False, first
    assert (first['chunks'], first['chars'], first['bytes']) == (3, 7, 12), first
    assert first['ttfc_from'] == 'message' and 150000 <= first['ttfc_us'] < 3000000, first
    # Loose: the machine may be busy while the script sleeps. What is exact is tested with a recording below.
    assert 500000 <= first['gap_max_us'] == first['gap_p99_us'] < 3000000 and 10000 <= first['gap_p50_us'] < first['gap_max_us'], first
    assert first['stalls'] == 1 and first['stalled_us'] == first['gap_max_us'], first
    assert 550000 <= first['generating_us'] < first['duration_us'], first
    assert second['outcome'] == 'open' and second['ttfc_us'] is None and second['matched'] is None and second['gap_p50_us'] is None, second


async def table():
    lines = (await run()).splitlines()
    assert len(lines) == 3 and 'ai-scout' in lines[1] and 'settled' in lines[1] and 'open' in lines[2], lines


async def usage():
    for options in (['--format', 'xml', '--server', 'http://127.0.0.1:1'], [], ['--stall-ms', '-1', '--server', 'http://127.0.0.1:1']):
        process = await asyncio.create_subprocess_exec(CLI, 'streams', *options, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        _, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 2 and err.startswith(b'wavescope-cli streams: '), (options, err)


async def recording():
    """A recording with a reply by hand, one torn by a lost connection, and a line cut in the middle."""
    say = lambda t_us, event: json.dumps({'t_us': t_us, 'via': 'stream', 'frame': json.dumps(event, ensure_ascii=False)}, ensure_ascii=False)
    status = lambda word: {'type': 'swp.ai.status', 'room_id': 'room-a', 'participant_id': 'ai-scout', 'status': word}
    lines = [
        json.dumps({'wavescope_recording': 1, 'tenant_id': 't-1', 'server_name': 'wave.example.org',
                    'started_at': '2026-06-01T12:00:00.000000Z', 'app_version': '0.1'}),
        json.dumps({'t_us': 0, 'state': 'live', 'reason': None}),
        say(100000, status('thinking')),
        say(300000, chunk('ai-scout', 'Grü')),
        say(400000, chunk('ai-scout', 'ße')),
        say(500000, status('calling web')),
        say(2500000, status('generating')),
        say(2600000, chunk('ai-scout', ' alle', True)),
        say(2700000, message('ai-scout', 'a', 1002, 'Grüße alle')),
        say(3000000, chunk('ai-two', 'half')),
        json.dumps({'t_us': 4000000, 'state': 'waiting', 'reason': 'dropped'}),
        say(5000000, chunk('ai-three', 'x'))[:40],
    ]
    with tempfile.TemporaryDirectory() as home:
        path = os.path.join(home, 'a.wavescope.ndjson')
        pathlib.Path(path).write_text('\n'.join(lines))
        process = await asyncio.create_subprocess_exec(CLI, 'streams', path, '--format', 'ndjson', stdout=asyncio.subprocess.PIPE,
                                                       stderr=asyncio.subprocess.PIPE)
        out, err = await asyncio.wait_for(process.communicate(), 30)
        assert process.returncode == 0, (process.returncode, err)
        assert b'cut' in err, err
    first, second = [json.loads(line) for line in out.splitlines()]
    want = {'room_id': 'room-a', 'sender_id': 'ai-scout', 'outcome': 'settled', 'started_us': 1780315200100000, 'ttfc_us': 200000,
            'ttfc_from': 'status', 'chunks': 3, 'chars': 10, 'bytes': 12, 'duration_us': 2600000, 'generating_us': 2300000,
            'gap_p50_us': 100000, 'gap_p90_us': 2200000, 'gap_p99_us': 2200000, 'gap_max_us': 2200000, 'stalls': 1, 'stalled_us': 2200000,
            'tool_us': 2000000, 'thinking_us': 400000, 'jitter_us': 2100000, 'matched': 'text', 'text_differs': False, 'message_id': 'a'}
    assert {key: first[key] for key in want} == want, first
    assert second['outcome'] == 'torn' and second['chunks'] == 1 and second['matched'] is None, second


async def selftest():
    """The instrument's own errors. A busy machine moves single chunks, by milliseconds: so half of the gaps must be within a quarter of the bar,
    and no pause be added, in one of five runs; the tool's own verdict is of the 99th percentile and must be what its figures say."""
    runs = []
    for _ in range(5):
        process = await asyncio.create_subprocess_exec(CLI, 'streams', '--selftest', stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        out, err = await asyncio.wait_for(process.communicate(), 60)
        lines = {line.split()[0]: line.split()[1:] for line in out.decode().splitlines() if line}
        for name in ('ttfc_us', 'gap_p50_us', 'gap_p90_us', 'gap_p99_us', 'gap_max_us', 'tool_us', 'stalled_us', 'duration_us'):
            assert int(lines[name][1]) - int(lines[name][0]) == int(lines[name][2]), out
        assert lines['chunks'] == ['452', '452', '+0'], out
        at = {int(percent): int(us) for us, percent in re.findall(r'(\d+) µs at p(\d+)', out.decode())}
        assert set(at) == {50, 90, 99}, out
        assert (process.returncode == 0) == (at[99] <= ALLOWED_US), (process.returncode, out, err)
        assert (process.returncode == 0) == (b'busy' not in err), err
        runs.append((at, lines['stalls']))
        if at[50] <= ALLOWED_US / 4 and lines['stalls'] == ['2', '2', '+0']:
            return
    raise AssertionError(runs)


failed = 0
tests = [selftest, figures, table, usage, recording]
print(f'1..{len(tests)}')
for n, function in enumerate(tests, 1):
    try:
        asyncio.run(function())
        print(f'ok {n} {function.__name__}')
    except Exception:
        failed += 1
        print('\n'.join('# ' + line for line in traceback.format_exc().splitlines()))
        print(f'not ok {n} {function.__name__}')
sys.exit(failed > 0)
