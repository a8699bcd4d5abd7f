#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wavescope-cli tail against a server that is not ours: each durable event once, in order, through everything a server and a network can do."""
import asyncio
import json
import pathlib
import signal
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from foreign_server import BINARY, Server  # noqa: E402
from tail_rig import Tail, main, test  # noqa: E402


async def drops_then_recovers(home, drop, between):
    server = await Server().start()
    for i in range(5):
        server.new_event(f'old {i}')

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        if n == 1:
            await server.add('live before')
            await asyncio.sleep(0.1)
            await drop(client)
            await between(server)
        else:
            await server.add('live after')
    server.on_connect = script
    async with Tail(home, server, '--since', '0') as tail:
        await tail.until('no second connection', lambda: server.connections >= 2 and server.events[-1]['content']['body'] == 'live after', 110)
        got, expected = await tail.has_exactly(server)
        assert got == expected, 'out of order'


@test
async def abrupt_drop(home):
    async def drop(client): client.abort()
    async def between(server): [server.new_event(f'missed {i}') for i in range(7)]
    await drops_then_recovers(home, drop, between)


@test
async def clean_close_1000(home):
    async def drop(client): client.close(1000)
    async def between(server): [server.new_event(f'missed {i}') for i in range(7)]
    await drops_then_recovers(home, drop, between)


@test
async def sync_answers_503_twice(home):
    async def drop(client): client.abort()

    async def between(server):
        server.sync_failures = [(503, ''), (503, 'Retry-After: 1\r\n')]
        [server.new_event(f'missed {i}') for i in range(7)]
    await drops_then_recovers(home, drop, between)


@test
async def many_missed_while_live_frames_arrive(home):
    server = await Server().start()

    async def script(server, client, n):
        if n == 1:
            await server.add('first')
            await asyncio.sleep(0.2)
            for i in range(1200):
                server.new_event(f'missed {i}', step=1 + i % 3)
            client.abort()
        else:
            for i in range(60):
                await server.add(f'live {i}')
                await asyncio.sleep(0.005)
    server.on_connect = script
    async with Tail(home, server, '--since', '0') as tail:
        await tail.until('not caught up', lambda: server.connections >= 2 and len(server.events) == 1261)
        got, expected = await tail.has_exactly(server)
        assert got == expected, 'out of order'
        vias = [json.loads(line)['via'] for line in tail.lines]
        assert 'sync' in vias and 'stream' in vias


@test
async def duplicated_and_reordered(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        batch = [server.new_event(f'm {i}') for i in range(50)]
        for i in range(0, 50, 2):
            for event in (batch[i + 1], batch[i], batch[i + 1]):
                client.send(server.on_wire(event))
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('nothing came', lambda: len(server.events) == 50)
        await tail.has_exactly(server)


@test
async def refused(home):
    server = await Server().start()
    server.hello = False

    async def script(server, client, n):
        client.close(4001, b'SW_AUTH_INVALID_TOKEN')
    server.on_connect = script
    async with Tail(home, server) as tail:
        assert await tail.ends() == 3
        await asyncio.sleep(1)
    assert server.connections == 1, f'{server.connections} attempts with a refused token'


@test
async def replaced(home):
    server = await Server().start()

    async def script(server, client, n):
        await asyncio.sleep(0.2)
        client.close(4003, b'duplicate_connection')
    server.on_connect = script
    async with Tail(home, server) as tail:
        assert await tail.ends() == 5
    assert server.connections == 1


@test
async def malformed_frames(home):
    server = await Server().start()
    deep = b'[' * 10000 + b']' * 10000
    bad = [b'not json', b'{"type":"swp.room.message","content":{"bo', b'{"type":5}', b'[]', b'null', b'', b'{"type":"swp.room.message","room_id":7,"content":"x"}',
           b'{"type":"swp.room.message.chunk","room_id":"r","sender_id":"a","content":{"chunk_text":1,"done":"yes"}}', b'{"type":"typing","room_id":[],"typing":3}',
           b'x' * (1 << 20), deep, b'{"type":"presence","participant_id":"a\\u0000b","status":"online"}', b'{"a":' * 10000, b'{"type":"swp.room.message","a":"\xff\xfe"}',
           b'{"type":"swp.room.message","body":"' + b'y' * (1 << 20) + b'"}', b'{"type":"\\u0000"}']

    async def script(server, client, n):
        await asyncio.sleep(0.1)
        for i in range(104):
            payload = bad[i % len(bad)]
            # A text frame that is not UTF-8 ends a WebSocket by its own rules, so that one goes as binary.
            client.send_raw(payload, BINARY if b'\xff' in payload or i % 9 == 0 else 1)
            await server.add(f'good {i}')
            await client.writer.drain()
    server.on_connect = script
    async with Tail(home, server, '--since', 'head') as tail:
        await tail.until('the script did not end', lambda: len(server.events) == 104, 40)
        await tail.has_exactly(server, 40)
        told = [json.loads(line) for line in tail.lines]
        assert sum(line['malformed'] is not None for line in told) >= 100, 'malformed frames were not shown'
        assert server.connections == 1, 'malformed frames broke the connection'


@test
async def silent_half_open(home):
    async def drop(client):
        client.silent = True
        client.writer.transport.pause_reading()
    async def between(server): [server.new_event(f'missed {i}') for i in range(3)]
    await drops_then_recovers(home, drop, between)


@test
async def stored_position(home):
    server = await Server().start()
    for i in range(20):
        server.new_event(f'old {i}')
    async with Tail(home, server, '--since', '0', '--count', '9') as tail:
        assert await tail.ends() == 0
        assert len(tail.lines) == 9
        first = tail.ids()
    async with Tail(home, server) as tail:
        await tail.until('the rest did not come', lambda: len(first) + len(tail.ids()) >= 20)
        await asyncio.sleep(0.3)
        assert first + tail.ids() == [e['id'] for e in server.events], 'the second run did not go on where the first ended'
        await server.add('new')
        await tail.until('the live one did not come', lambda: tail.ids()[-1:] == [server.events[-1]['id']])
        tail.process.send_signal(signal.SIGTERM)
        assert await tail.ends() == 0


@test
async def cannot_connect(home):
    server = await Server().start()
    server.server.close()
    async with Tail(home, server) as tail:
        assert await tail.ends() == 4


@test
async def raw_and_closed_pipe(home):
    server = await Server().start()
    server.new_event('a\nb')
    async with Tail(home, server, '--since', '0', '--format', 'raw', '--count', '2') as tail:
        assert await tail.ends() == 0
        assert json.loads(tail.lines[-1])['content']['body'] == 'a\nb'


asyncio.run(main())
