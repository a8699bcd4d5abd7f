#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli tail against the dialects that the protocol notes leave open: what a page, a position, a hello, an upgrade or a token may look like."""
import asyncio
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from foreign_server import PING, Server, ws_frame  # noqa: E402
from tail_rig import Tail, main, test  # noqa: E402


async def misses_and_catches_up(home, prepare, missed=40, options=('--since', '0')):
    """Some old events, a live one, a drop, some missed ones, and live ones again."""
    server = await Server().start()
    for i in range(5):
        server.new_event(f'old {i}')
    server.page_limit = 7
    prepare(server)

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        if n == 1:
            await server.add('live before')
            await asyncio.sleep(0.3)
            for i in range(missed):
                server.new_event(f'missed {i}', step=1 + i % 4)
            client.abort()
        else:
            await server.add('live after')
    server.on_connect = script
    async with Tail(home, server, *options) as tail:
        await tail.until('no second connection', lambda: server.events[-1]['content']['body'] == 'live after', 40)
        got, expected = await tail.has_exactly(server, 40)
        assert got == expected, f'out of order: {got}'
    return server


@test
async def inclusive_since(home):
    def prepare(server): server.inclusive = True
    await misses_and_catches_up(home, prepare)


@test
async def cursor_one_beyond(home):
    def prepare(server): server.cursor_step = 1
    await misses_and_catches_up(home, prepare)


@test
async def inclusive_since_and_cursor_one_beyond(home):
    def prepare(server): server.inclusive, server.cursor_step = True, 1
    await misses_and_catches_up(home, prepare)


@test
async def limit_of_100_at_most(home):
    def prepare(server): server.largest_limit, server.page_limit = 100, 100
    server = await misses_and_catches_up(home, prepare, missed=250)
    assert any(query.get('limit') == '100' for query in server.sync_queries)


@test
async def timeout_zero_is_refused(home):
    def prepare(server): server.zero_timeout = 'refuse'
    await misses_and_catches_up(home, prepare)


@test
async def timeout_zero_is_held(home):
    def prepare(server): server.zero_timeout = 'hold'
    await misses_and_catches_up(home, prepare)


@test
async def positions_beyond_32_bits(home):
    def prepare(server): server.next_position = 2**53 - 500
    await misses_and_catches_up(home, prepare)


@test
async def positions_are_strings(home):
    server = await Server().start()
    [server.new_event(f'old {i}') for i in range(9)]

    async def as_strings(server, query):
        since = int(query.get('since', 0))
        page = [{'event_type': 'swp.room.message', **e, 'stream_position': str(e['stream_position'])} for e in server.events if e['stream_position'] > since]
        return 200, json.dumps({'data': {'events': page, 'next_cursor': page[-1]['stream_position'] if page else str(since), 'has_more': False}}).encode(), ''
    server.on_sync = as_strings
    async with Tail(home, server, '--since', '0') as tail:
        await tail.has_exactly(server)


@test
async def empty_pages_with_more_behind_them(home):
    server = await Server().start()
    [server.new_event(f'old {i}') for i in range(3)]
    server.next_position += 1000
    [server.new_event(f'late {i}') for i in range(3)]

    async def with_holes(server, query):
        since = int(query.get('since', 0))
        seen = [e for e in server.events if since < e['stream_position'] <= since + 100]
        last = server.events[-1]['stream_position']
        page = [{'event_type': 'swp.room.message', **e} for e in seen]
        cursor = page[-1]['stream_position'] if page else min(max(since, 900) + 100, last)
        return 200, json.dumps({'data': {'events': page, 'next_cursor': cursor, 'has_more': cursor < last}}).encode(), ''
    server.on_sync = with_holes
    async with Tail(home, server, '--since', '0') as tail:
        await tail.has_exactly(server)


@test
async def pages_out_of_order_and_overlapping(home):
    def prepare(server):
        async def shuffled(server, query):
            since = int(query.get('since', 0))
            newer = [e for e in server.events if e['stream_position'] > since][:9]
            older = [e for e in server.events if e['stream_position'] <= since][-4:]
            page = [{'event_type': 'swp.room.message', **e} for e in reversed(older + newer)]
            more = bool(newer) and newer[-1] is not server.events[-1]
            return 200, json.dumps({'data': {'events': page, 'next_cursor': newer[-1]['stream_position'] if newer else since, 'has_more': more}}).encode(), ''
        server.on_sync = shuffled
    await misses_and_catches_up(home, prepare)


@test
async def an_answer_that_is_cut_and_one_that_is_html(home):
    def prepare(server):
        answers = [(200, b'{"data":{"events":[{"id":"evt-', ''), (200, b'<html>502 Bad Gateway</html>', 'X-Note: text\r\n'), (429, b'', 'Retry-After: 1\r\n')]

        async def broken(server, query):
            return answers.pop(0) if answers else None
        server.on_sync = broken
    await misses_and_catches_up(home, prepare)


@test
async def hello_is_late_and_comes_twice(home):
    def prepare(server): server.hello = 3
    await misses_and_catches_up(home, prepare)
    server = await Server().start()

    async def script(server, client, n):
        await server.add('one')
        client.send({'type': 'hello', 'session_id': 's-again', 'server_name': 'wave.example.org', 'tenant_id': 't-1'})
        await server.add('two')
    server.on_connect = script
    async with Tail(tempfile.mkdtemp(dir=home), server, '--since', 'head') as tail:
        await tail.until('not both', lambda: len(server.events) == 2)
        await tail.has_exactly(server)


@test
async def no_hello_is_a_drop(home):
    server = await Server().start()
    server.hello = False

    async def script(server, client, n):
        server.hello = True
        if n == 2:
            await asyncio.sleep(0.1)
            await server.add('after')
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('no second try', lambda: server.connections == 2)
        await tail.until('nothing came', lambda: server.events)
        await tail.has_exactly(server)


@test
async def upgrades_that_are_refused_for_a_while(home):
    server = await Server().start()
    server.upgrade_answers = [(503, 'Retry-After: 1\r\n'), (429, 'Retry-After: 1\r\n'), (500, '')]
    server.new_event('old')
    async with Tail(home, server, '--since', '0') as tail:
        await tail.until('not live', lambda: server.connections == 4, 40)
        await tail.has_exactly(server)


@test
async def upgrade_403_is_a_refused_token(home):
    server = await Server().start()
    server.upgrade_answers = [(403, '')] * 9
    async with Tail(home, server) as tail:
        assert await tail.ends() == 3
    assert server.connections == 1


@test
async def sync_401_is_a_refused_token(home):
    server = await Server().start()

    async def refuse(server, query):
        return 401, b'{"error":{"code":"SW_AUTH_EXPIRED_TOKEN","message":"expired"}}', ''
    server.on_sync = refuse
    server.new_event('old')
    async with Tail(home, server, '--since', '0') as tail:
        assert await tail.ends() == 3


@test
async def no_upgrade_at_all_means_long_polling(home):
    server = await Server().start()
    server.upgrade_answers = [(404, '')] * 1000
    server.new_event('old')
    async with Tail(home, server, '--since', '0') as tail:
        await tail.until('the old one did not come', lambda: len(tail.ids()) == 1, 60)
        await server.add('polled')
        await tail.has_exactly(server)


@test
async def events_without_an_id_and_in_the_other_envelope(home):
    server = await Server().start()
    events = [{'event_type': 'swp.room.name', 'stream_position': 2000 + i, 'room_id': 'room-a', 'sender_id': 'p1', 'content': {'name': f'Room {i}'}} for i in range(4)]

    async def script(server, client, n):
        await asyncio.sleep(0.2)
        for event in events + events:
            client.send(event)
    server.on_connect = script

    async def by_sync(server, query):
        page = [e for e in events if e['stream_position'] > int(query.get('since', 0))]
        return 200, json.dumps({'data': {'events': page, 'next_cursor': 2003, 'has_more': False}}).encode(), ''
    server.on_sync = by_sync
    async with Tail(home, server, '--since', '0') as tail:
        await tail.until('not all', lambda: len([l for l in tail.lines if json.loads(l)['stream_position']]) >= 4)
        await asyncio.sleep(0.5)
        positions = [json.loads(line)['stream_position'] for line in tail.lines if json.loads(line)['stream_position']]
        assert positions == [2000, 2001, 2002, 2003], positions


@test
async def closed_by_4003_for_other_reasons(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        await server.add(f'event {n}')
        await asyncio.sleep(0.1)
        if n == 1:
            client.close(4003, b'ping_timeout')
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('no second connection', lambda: len(server.events) == 2)
        await tail.has_exactly(server)


@test
async def evicted_at_once_twice_without_a_word(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        client.close(4003)
    server.on_connect = script
    async with Tail(home, server) as tail:
        assert await tail.ends(40) == 5
    assert server.connections == 2


@test
async def fragments_pings_and_large_frames(home):
    server = await Server().start()
    big = 'x' * (4 << 20)

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        event = json.dumps(server.on_wire(server.new_event('in three parts'))).encode()
        for opcode, part in ((1, event[:20]), (0, event[20:60])):
            frame = bytearray(ws_frame(part, opcode))
            frame[0] &= 0x7f
            client.writer.write(bytes(frame))
            client.send_raw(b'are you there', PING)
        client.send_raw(event[60:], 0)
        client.send_raw(json.dumps(server.on_wire(server.new_event(big))).encode())
        client.send({'type': 'ping', 'id': 7})
        await server.add('last')
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('nothing came', lambda: len(server.events) == 3)
        await tail.has_exactly(server)
        assert server.connections == 1


@test
async def a_frame_beyond_every_bound_is_told_and_outlived(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        client.send_raw(b'{"type":"swp.room.message","content":{"body":"' + b'y' * (20 << 20) + b'"}}')
        await server.add('after')
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('the next did not come', lambda: tail.ids(), 40)
        await tail.has_exactly(server)
        assert any('16777216' in (json.loads(line)['malformed'] or '') for line in tail.lines), 'the giant was not told of'
        assert server.connections == 1


@test
async def a_token_full_of_characters(home):
    token = 'a+b/c=&d%20e?f#g.h'
    server = await Server().start()
    server.new_event('old')
    async with Tail(home, server, '--since', '0', token=token) as tail:
        await tail.has_exactly(server)
        await tail.until('not live', lambda: server.tokens_seen)
        assert server.tokens_seen[0] == token, server.tokens_seen


@test
async def restored_from_a_backup(home):
    """Positions go backward: what comes after is told, and nothing hangs."""
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        if n == 1:
            for i in range(5):
                await server.add(f'before {i}')
            await asyncio.sleep(0.3)
            server.events.clear()
            server.next_position = 100
            client.abort()
        else:
            await asyncio.sleep(0.5)
            for i in range(3):
                event = server.new_event(f'after {i}')
                event['id'] = f'again-{i}'
                client.send(server.on_wire(event))
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('the events after the restore did not come', lambda: [i for i in tail.ids() if i.startswith('again-')] == ['again-0', 'again-1', 'again-2'], 40)
        assert len(tail.ids()) == 8


asyncio.run(main())
