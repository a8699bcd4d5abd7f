# SPDX-License-Identifier: GPL-3.0-or-later
"""A small server that follows the protocol notes and shares no code with Wavescope: stream and sync by hand over asyncio, with a script of misdeeds."""
import asyncio
import base64
import hashlib
import json
import struct
from urllib.parse import parse_qs, urlsplit

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def ws_frame(payload, opcode=TEXT):
    size = len(payload)
    if size < 126:
        head = struct.pack('!BB', 0x80 | opcode, size)
    elif size < 65536:
        head = struct.pack('!BBH', 0x80 | opcode, 126, size)
    else:
        head = struct.pack('!BBQ', 0x80 | opcode, 127, size)
    return head + payload


class Client:
    def __init__(self, writer, token):
        self.writer, self.token, self.silent = writer, token, False

    def send_raw(self, payload, opcode=TEXT):
        if not self.silent and not self.writer.is_closing():
            self.writer.write(ws_frame(payload, opcode))

    def send(self, event):
        self.send_raw(json.dumps(event).encode())

    def close(self, code=None, reason=b''):
        if code is not None:
            self.send_raw(struct.pack('!H', code) + reason, CLOSE)
        self.writer.close()

    def abort(self):
        self.writer.transport.abort()


class Server:
    """events: every durable event. script hooks: on_connect(server, client, n) is awaited after the upgrade."""

    def __init__(self):
        self.events, self.clients = [], []
        self.connections = self.refused_upgrades = 0
        self.sync_failures, self.sync_requests, self.sync_queries = [], 0, []
        self.page_limit = 500
        self.hello = True           # False: none; a number: so many seconds late
        self.on_connect = None
        self.upgrade_answers = []   # (status, headers) for the next upgrades; None in place of a status: accept
        self.on_sync = None         # (server, query): (status, body, headers), or None to answer as usual
        self.inclusive = False      # `since` is part of the page
        self.cursor_step = 0        # what next_cursor is beyond the last position
        self.largest_limit = 500    # a larger limit is refused
        self.zero_timeout = 'answer'    # or 'refuse', or 'hold' for the full 30 s
        self.tokens_seen = []
        self.changed = asyncio.Condition()
        self.next_position = 1000

    async def start(self):
        self.server = await asyncio.start_server(self.handle, '127.0.0.1', 0, limit=1 << 24)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    def new_event(self, text, step=1):
        self.next_position += step
        position = self.next_position
        event = {'id': f'evt-{position}', 'stream_position': position, 'room_id': 'room-a', 'sender_id': 'p1', 'origin_ts': 1780384569,
                 'content': {'msgtype': 'swp.text', 'body': text}}
        self.events.append(event)
        return event

    @staticmethod
    def on_wire(event):
        return {'type': 'swp.room.message', 'tenant_id': 't-1', 'ts': '2026-06-02T07:16:09Z', **event}

    async def add(self, text, live=True, step=1):
        event = self.new_event(text, step)
        if live:
            for client in self.clients:
                client.send(self.on_wire(event))
        async with self.changed:
            self.changed.notify_all()
        return event

    async def handle(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b'\r\n\r\n')).decode('latin1').split('\r\n')
                method, target, _ = head[0].split(' ')
                headers = {k.lower(): v.strip() for k, _, v in (line.partition(':') for line in head[1:] if line)}
                url = urlsplit(target)
                query = {k: v[0] for k, v in parse_qs(url.query).items()}
                if url.path == '/v1/stream':
                    await self.stream(reader, writer, headers, query)
                    return
                status, body, extra = await self.rest(url.path, query, headers)
                writer.write(f'HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{extra}\r\n'.encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def rest(self, path, query, headers):
        if path != '/v1/sync':
            return 404, b'{"error":{"code":"SW_NOT_FOUND","message":"no"}}', ''
        assert headers.get('authorization', '').startswith('Bearer '), 'sync without a bearer'
        self.sync_requests += 1
        if self.sync_failures:
            status, extra = self.sync_failures.pop(0)
            return status, b'upstream is away', extra
        self.sync_queries.append(query)
        if self.on_sync and (answer := await self.on_sync(self, query)):
            return answer
        since, limit = int(query.get('since', 0)), min(int(query.get('limit', 100)), self.page_limit)
        timeout = int(query.get('timeout', 30000)) / 1000
        if int(query.get('limit', 100)) > self.largest_limit:
            return 422, b'{"detail":[{"loc":["query","limit"],"msg":"too large"}]}', ''
        if timeout == 0 and self.zero_timeout == 'refuse':
            return 422, b'{"detail":[{"loc":["query","timeout"],"msg":"must be greater than 0"}]}', ''
        if timeout == 0 and self.zero_timeout == 'hold':
            timeout = 30
        first = since if self.inclusive else since + 1
        found = lambda: [e for e in sorted(self.events, key=lambda e: e['stream_position']) if e['stream_position'] >= first]
        if not found() and timeout > 0:
            try:
                async with self.changed:
                    await asyncio.wait_for(self.changed.wait_for(found), timeout)
            except asyncio.TimeoutError:
                pass
        events = found()
        page = [{'event_type': 'swp.room.message', **e} for e in events[:limit]]
        cursor = page[-1]['stream_position'] + self.cursor_step if page else since
        return 200, json.dumps({'data': {'events': page, 'next_cursor': cursor, 'has_more': len(events) > limit}}).encode(), ''

    async def stream(self, reader, writer, headers, query):
        self.connections += 1
        self.tokens_seen.append(query.get('token'))
        status, extra = self.upgrade_answers.pop(0) if self.upgrade_answers else (None, '')
        if status is not None:
            writer.write(f'HTTP/1.1 {status} X\r\nContent-Length: 0\r\n{extra}\r\n'.encode())
            writer.close()
            return
        accept = base64.b64encode(hashlib.sha1((headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').encode()).digest()).decode()
        writer.write(f'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n'.encode())
        client = Client(writer, query.get('token'))
        self.clients.append(client)
        if self.hello is not False:
            await asyncio.sleep(0 if self.hello is True else self.hello)
            client.send({'type': 'hello', 'session_id': f's-{self.connections}', 'server_name': 'wave.example.org', 'tenant_id': 't-1'})
        script = asyncio.ensure_future(self.on_connect(self, client, self.connections)) if self.on_connect else None
        try:
            while True:
                first, second = await reader.readexactly(2)
                size = second & 0x7f
                if size == 126:
                    size, = struct.unpack('!H', await reader.readexactly(2))
                elif size == 127:
                    size, = struct.unpack('!Q', await reader.readexactly(8))
                mask = await reader.readexactly(4) if second & 0x80 else bytes(4)
                data = bytes(b ^ mask[i % 4] for i, b in enumerate(await reader.readexactly(size)))
                if first & 0x0f == PING:
                    client.send_raw(data, PONG)
                elif first & 0x0f == CLOSE:
                    client.send_raw(data[:2], CLOSE)
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            if client in self.clients:
                self.clients.remove(client)
            if script and not script.done():
                await asyncio.wait([script], timeout=5)
            writer.close()
