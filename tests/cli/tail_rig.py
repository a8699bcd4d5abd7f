# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs wavescope-cli tail against a server of foreign_server.py, several situations at a time, and tells TAP of each."""
import asyncio
import json
import os
import sys
import tempfile
import traceback

CLI = sys.argv[1]
TOKEN = 'secret-token-5f1c'
TESTS = []


def test(function):
    TESTS.append(function)
    return function


class Tail:
    """A running tail; lines are collected as they come."""

    def __init__(self, home, server, *options, token=TOKEN):
        self.home, self.server, self.options, self.token = home, server, options, token
        self.lines, self.errors = [], []

    async def __aenter__(self):
        token_file = os.path.join(self.home, 'token')
        with open(token_file, 'w') as out:
            out.write(self.token + '\n')
        env = {**os.environ, 'XDG_DATA_HOME': os.path.join(self.home, 'data'), 'G_MESSAGES_DEBUG': 'all'}
        options = self.options if '--format' in self.options else ('--format', 'ndjson', *self.options)
        self.process = await asyncio.create_subprocess_exec(
            CLI, 'tail', '--server', f'http://127.0.0.1:{self.server.port}', '--token-file', token_file, *options,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=env, limit=1 << 25)
        self.readers = [asyncio.ensure_future(self.collect(self.process.stdout, self.lines)),
                        asyncio.ensure_future(self.collect(self.process.stderr, self.errors))]
        return self

    @staticmethod
    async def collect(stream, into):
        while line := await stream.readline():
            into.append(line)

    async def __aexit__(self, *exception):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await asyncio.gather(*self.readers)
        everything = b''.join(self.lines if '--format' not in self.options else []) + b''.join(self.errors)
        assert self.token.encode() not in everything, 'the token stands in the output'

    def ids(self):
        return [json.loads(line)['id'] for line in self.lines if json.loads(line)['stream_position'] is not None]

    async def until(self, what, condition, seconds=25):
        for _ in range(int(seconds / 0.02)):
            if condition():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f'{what}; has {len(self.lines)} lines; stderr ends: {b"".join(self.errors[-8:]).decode()}')

    async def ends(self, seconds=25):
        await asyncio.wait_for(self.process.wait(), seconds)
        await asyncio.gather(*self.readers)
        return self.process.returncode

    async def has_exactly(self, server, seconds=25):
        expected = [e['id'] for e in sorted(server.events, key=lambda e: e['stream_position'])]
        await self.until('not all events came', lambda: len(set(self.ids())) >= len(expected), seconds)
        await asyncio.sleep(0.3)
        got = self.ids()
        assert len(got) == len(set(got)), 'an event came twice'
        assert set(got) == set(expected), f'{set(expected) ^ set(got)} differ'
        return got, expected


async def main():
    wanted = sys.argv[2:]
    chosen = [t for t in TESTS if not wanted or t.__name__ in wanted]
    print(f'1..{len(chosen)}', flush=True)
    failed = 0

    async def run(number, function):
        with tempfile.TemporaryDirectory() as home:
            try:
                await asyncio.wait_for(function(home), 150)
                return f'ok {number} {function.__name__}'
            except Exception:
                return '\n'.join('# ' + line for line in traceback.format_exc().splitlines()) + f'\nnot ok {number} {function.__name__}'
    for result in await asyncio.gather(*(run(i, t) for i, t in enumerate(chosen, 1))):
        print(result, flush=True)
        failed += 'not ok' in result
    sys.exit(failed > 0)
