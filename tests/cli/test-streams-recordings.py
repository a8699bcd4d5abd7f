#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli streams on recordings that are not ours: each life of the protocol notes with figures computed by hand, and random replies against a
second implementation of the figures, plain and compressed."""
import gzip
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import zlib

CLI = sys.argv[1]
ROOM = 'room-a'
AI = 'ai-scout'
MS = 1000
START = '2026-05-16T13:51:07.250000Z'
START_US = 1778939467250000


def chunk(text, done=False, ai=AI, room=ROOM):
    return {'type': 'swp.room.message.chunk', 'room_id': room, 'sender_id': ai, 'content': {'chunk_text': text, 'done': done}}


def status(word, ai=AI, room=ROOM):
    return {'type': 'swp.ai.status', 'room_id': room, 'participant_id': ai, 'status': word}


def message(event_id, body, sender=AI, room=ROOM, **content):
    return {'type': 'swp.room.message', 'id': event_id, 'room_id': room, 'sender_id': sender, 'stream_position': zlib.crc32(event_id.encode()),
            'origin_ts': 1778939467, 'content': {'msgtype': 'swp.text', 'body': body, **content}}


def error(code, ai=AI):
    return {'type': 'swp.model.error', 'id': 'err', 'room_id': ROOM, 'sender_id': ai, 'content': {'code': code, 'message': 'over'}}


def lines(steps):
    """Steps: (ms, frame), (ms, frame, via) or (ms, state word)."""
    yield json.dumps({'wavescope_recording': 1, 'tenant_id': 't', 'server_name': 's', 'started_at': START, 'app_version': 'another'})
    for step in steps:
        at = round(step[0] * MS)
        if isinstance(step[1], str):
            yield json.dumps({'t_us': at, 'state': step[1], 'reason': None})
        else:
            yield json.dumps({'t_us': at, 'via': step[2] if len(step) > 2 else 'stream', 'frame': json.dumps(step[1], ensure_ascii=False)})


def run(path, *options):
    out = subprocess.run([CLI, 'streams', path, *options], capture_output=True, timeout=60)
    assert out.returncode == 0, (out.returncode, out.stderr)
    return out.stdout.decode()


def figures(steps, *options, suffix=''):
    with tempfile.TemporaryDirectory() as home:
        path = os.path.join(home, 'x.wavescope.ndjson' + suffix)
        data = ('\n'.join(lines(steps)) + '\n').encode()
        if suffix == '.gz':
            data = gzip.compress(data)
        plain = path if suffix != '.zst' else os.path.join(home, 'plain.wavescope.ndjson')
        with open(plain, 'wb') as file:
            file.write(data)
        if suffix == '.zst':
            subprocess.run([CLI, 'convert', plain, path], check=True, capture_output=True, timeout=60)
        return [json.loads(line) for line in run(path, '--format', 'ndjson', *options).splitlines()]


def expect(got, **wanted):
    for name, value in wanted.items():
        assert got[name] == value, (name, got[name], value, got)


# ---- lives, by hand ----

def case_whole():
    """A question, thinking, a tool, a stall: every figure."""
    got = figures([
        (0, message('q', 'why is it slow?', 'ada')),
        (100, status('thinking')),
        (400, status('calling web_search')),
        (1400, status('generating')),
        (1500, chunk('Grü')),        # 3 characters, 4 bytes
        (1520, chunk('ße ')),        # gap 20; 3, 4
        (1530, chunk('')),           # a heartbeat
        (1620, chunk('👩‍💻')),         # gap 100; 3 code points, 11 bytes
        (3620.5, chunk('x')),        # gap 2000.5: a stall; 1, 1
        (3640.5, chunk('y')),        # gap 20; 1, 1
        (3700, chunk('', True)),
        (3710, status(None)),
        (3800, message('a', 'Grüße 👩‍💻xy')),
    ])
    assert len(got) == 1
    expect(got[0], room_id=ROOM, sender_id=AI, outcome='settled', started_us=START_US + 100 * MS, ttfc_us=1500 * MS, ttfc_from='message', chunks=5,
           chars=11, bytes=21, duration_us=3700 * MS, generating_us=2140500, gap_p50_us=20 * MS, gap_p90_us=2000500, gap_p99_us=2000500,
           gap_max_us=2000500, stalls=1, stalled_us=2000500, tool_us=1000 * MS, matched='text', text_differs=False)


def case_threshold():
    steps = [(0, chunk('a')), (200, chunk('b')), (300, chunk('c')), (500.001, chunk('d', True))]
    expect(figures(steps, '--stall-ms', '200')[0], stalls=1, stalled_us=200001)
    expect(figures(steps, '--stall-ms', '50')[0], stalls=3, stalled_us=500001)
    expect(figures(steps)[0], stalls=0, stalled_us=0, outcome='done', ttfc_us=None, ttfc_from=None, matched=None)


def case_nearest_rank():
    at, steps = 0, [(0, chunk('x'))]
    for gap in (50, 10, 40, 20, 30):
        at += gap
        steps.append((at, chunk('x')))
    # Of five gaps: ranks ceil(2.5) = 3, ceil(4.5) = 5, ceil(4.95) = 5.
    expect(figures(steps)[0], gap_p50_us=30 * MS, gap_p90_us=50 * MS, gap_p99_us=50 * MS, outcome='open')


def case_two_in_a_row():
    got = figures([(0, message('q', 'hi', 'ada', mentions=[AI])), (50, chunk('one', True)), (60, status('thinking')), (90, chunk('two')),
                   (95, message('m1', 'one')), (99, chunk('', True)), (120, message('m2', 'two'))])
    assert len(got) == 2
    expect(got[0], outcome='settled', matched='text', ttfc_us=50 * MS, ttfc_from='message', duration_us=95 * MS - 50 * MS)
    expect(got[1], outcome='settled', matched='text', ttfc_us=30 * MS, ttfc_from='status', started_us=START_US + 60 * MS, duration_us=60 * MS)


def case_message_before_done():
    got = figures([(0, chunk('abc')), (10, message('m', 'abc')), (20, chunk('', True)), (30, chunk('', True))])
    assert len(got) == 1
    expect(got[0], outcome='settled', matched='text', chunks=1)


def case_done_missing():
    expect(figures([(0, chunk('abc')), (10, message('m', 'abc\n'))])[0], outcome='settled', matched='text', duration_us=10 * MS)
    expect(figures([(0, chunk('abc')), (121000, message('q', 'hello?', 'ada'))])[0], outcome='abandoned', duration_us=0)
    expect(figures([(0, chunk('abc')), (119000, message('q', 'hello?', 'ada'))])[0], outcome='open')


def case_differs():
    expect(figures([(0, chunk('It is 4', True)), (10, message('m', 'It is 5'))])[0], outcome='settled', matched='order', text_differs=True)
    expect(figures([(0, chunk('abc', True)), (16000, message('m', 'abc'))])[0], outcome='done', matched=None, duration_us=0)


def case_parts():
    got = figures([(0, status('generating')), (10, chunk('One.\n\nTwo')), (20, message('m1', 'One.')), (30, chunk('.\n\nThree.')), (40, message('m2', 'Two.')),
                   (50, chunk('', True)), (60, message('m3', 'Three.'))])
    assert len(got) == 1
    expect(got[0], outcome='settled', matched='parts', text_differs=False, duration_us=60 * MS, chunks=2, generating_us=20 * MS)


def case_no_chunks():
    got = figures([(0, status('thinking')), (700, message('m', 'all at once'))])
    assert len(got) == 1
    expect(got[0], outcome='settled', matched='order', chunks=0, chars=0, ttfc_us=None, generating_us=None, gap_p50_us=None, duration_us=700 * MS)


def case_cumulative():
    texts = ['The quick ', 'The quick brown ', 'The quick brown fox jumps over the', 'The quick brown fox jumps over the dog']
    steps = [(i * 10, chunk(text, i == 3)) for i, text in enumerate(texts)] + [(50, message('m', texts[-1]))]
    expect(figures(steps)[0], outcome='settled', matched='text', chars=len(texts[-1]), bytes=len(texts[-1]), chunks=4, cumulative=True)


def case_torn():
    got = figures([(0, 'live'), (10, chunk('half a ')), (20, chunk('whole', True, 'ai-two')), (500, 'waiting'), (700, 'catching-up'),
                   (710, message('m1', 'half a loaf'), 'sync'), (711, message('m2', 'whole', 'ai-two'), 'sync'), (720, 'live'), (800, chunk('new')),
                   (830, chunk('er', True)), (840, message('m3', 'newer'))])
    assert [line['outcome'] for line in got] == ['torn', 'settled', 'settled'], got
    expect(got[0], sender_id=AI, matched='order', text_differs=True, chunks=1)
    expect(got[1], sender_id='ai-two', matched='text')
    expect(got[2], chunks=2, generating_us=30 * MS, matched='text')
    # Nobody noted the end of the first connection.
    hello = {'type': 'hello', 'session_id': 's', 'server_name': 's', 'tenant_id': 't'}
    got = figures([(0, hello), (10, chunk('a')), (20, hello), (30, chunk('b'))])
    assert [line['outcome'] for line in got] == ['torn', 'open'], got


def case_failed():
    got = figures([(0, status('thinking')), (50, chunk('we')), (90, error('SW_AI_BUDGET_EXCEEDED')), (95, chunk('', True)), (99, status(None))])
    assert len(got) == 1
    expect(got[0], outcome='failed', chunks=1, ttfc_us=50 * MS, ttfc_from='status', duration_us=50 * MS)


def case_reply_to():
    """The message itself says what it answers."""
    got = figures([(0, message('q1', 'one', 'ada')), (500, message('q2', 'two', 'bob')), (1000, status('thinking')), (1200, chunk('to one', True)),
                   (1300, message('a', 'to one', reply_to_event_id='q1'))])
    expect(got[0], ttfc_us=1200 * MS, ttfc_from='message', trigger_id='q1')


def case_formats():
    steps = [(0, status('thinking')), (100, chunk('abc')), (300, chunk('d', True)), (310, message('m', 'abcd'))]
    plain = figures(steps)
    assert figures(steps, suffix='.gz') == plain and figures(steps, suffix='.zst') == plain
    with tempfile.TemporaryDirectory() as home:
        path = os.path.join(home, 'x.ndjson')
        with open(path, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines(steps)) + '\n')
        table = run(path, '--format', 'table').splitlines()
        assert len(table) == 2 and ROOM in table[1] and 'settled' in table[1], table
        # Cut in the middle of a line, and lines that nobody knows.
        with open(path, 'a', encoding='utf-8') as file:
            file.write('{"t_us":400000,"mark":"here"}\nnot json\n{"t_us":500000,"via":"stream","fra')
        assert [json.loads(line) for line in run(path, '--format', 'ndjson').splitlines()] == plain


# ---- random replies, against a second implementation ----

def rank(gaps, percent):
    return sorted(gaps)[max(math.ceil(len(gaps) * percent / 100), 1) - 1] if gaps else None


def reference(reply, stall):
    """Straight from the words of the definitions."""
    texts = [(at, step[1]) for at, *step in reply if step[0] == 'chunk' and step[1]]
    gaps = [b[0] - a[0] for a, b in zip(texts, texts[1:])]
    over = [gap for gap in gaps if gap > stall]
    tool, begun = 0, None
    end = max(at for at, *step in reply if step[0] in ('chunk', 'message'))
    done = next(at for at, *step in reply if step[0] == 'chunk' and step[2])
    for at, *step in reply + [(done, 'status', None)]:
        if step[0] == 'status':
            if begun is not None:
                tool += at - begun
            begun = at if (step[1] or '').startswith('calling ') else None
    text = ''.join(t for _, t in texts)
    return {'ttfc_us': texts[0][0] - reply[0][0], 'chunks': len(texts), 'chars': len(text), 'bytes': len(text.encode()),
            'duration_us': end - reply[0][0], 'generating_us': texts[-1][0] - texts[0][0], 'gap_p50_us': rank(gaps, 50), 'gap_p90_us': rank(gaps, 90),
            'gap_p99_us': rank(gaps, 99), 'gap_max_us': max(gaps, default=None), 'stalls': len(over), 'stalled_us': sum(over), 'tool_us': tool,
            'outcome': 'settled', 'matched': 'text', 'text_differs': False, 'ttfc_from': 'status'}


def random_reply(rng):
    at = rng.randrange(0, 500000)
    reply = [(at, 'status', 'thinking')]
    pieces = ['wort ', 'ß', '😀', 'e\u0301', '\n\n', '漢字', '**b**', '', 'a']
    said = False
    for _ in range(rng.randrange(2, 60)):
        at += rng.choice((rng.randrange(100, 90000), rng.randrange(100, 90000), rng.randrange(900000, 2500000)))
        if rng.random() < 0.15:
            reply.append((at, 'status', rng.choice(('calling web', 'calling db', 'generating', 'thinking'))))
        else:
            piece = rng.choice(pieces) if said else 'start '
            said = True
            reply.append((at, 'chunk', piece, False))
    if not said:
        reply.append((at + 5, 'chunk', 'end', False))
    reply.append((at + 10, 'chunk', rng.choice(('', 'fin')), True))
    reply.append((at + 90000, 'message', ''.join(step[1] for _, *step in reply if step[0] == 'chunk')))
    return reply


def case_random():
    rng = random.Random(4417)
    for _ in range(6):
        replies = [random_reply(rng) for _ in range(25)]
        mixed = []
        for i, reply in enumerate(replies):
            ai, room = f'ai-{i}', f'r{i % 4}'
            for at, *step in reply:
                frame = (status(step[1], ai, room) if step[0] == 'status' else chunk(step[1], step[2], ai, room) if step[0] == 'chunk'
                         else message(f'm{i}', step[1], ai, room))
                mixed.append((at / MS, frame))
        mixed.sort(key=lambda step: step[0])
        got = {line['sender_id']: line for line in figures(mixed, '--stall-ms', '700')}
        assert len(got) == len(replies)
        for i, reply in enumerate(replies):
            expect(got[f'ai-{i}'], **reference(reply, 700000))


def main():
    cases = [(name, case) for name, case in globals().items() if name.startswith('case_')]
    failed = False
    print(f'1..{len(cases)}')
    for number, (name, case) in enumerate(cases, 1):
        try:
            case()
            print(f'ok {number} - {name[5:]}')
        except Exception as fault:  # noqa: BLE001
            failed = True
            print(f'not ok {number} - {name[5:]}')
            for line in repr(fault).splitlines():
                print('#', line)
    return 1 if failed else 0


sys.exit(main())
