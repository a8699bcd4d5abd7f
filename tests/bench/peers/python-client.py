# SPDX-License-Identifier: GPL-3.0-or-later
"""The least that a Python client can do: take each frame, parse it, keep nothing. python-client.py URL EVENTS"""
import asyncio
import json
import resource
import sys
import time

import websockets


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def say(name, value, unit):
    print(json.dumps({"name": name, "value": value, "unit": unit}, ensure_ascii=False), flush=True)


async def main(url, wanted):
    n = durable = 0
    async with websockets.connect(url.replace("http", "ws") + "/v1/stream?token=bench", compression=None, max_size=None) as socket:
        json.loads(await socket.recv())
        before = cpu()
        started = None
        async for frame in socket:
            event = json.loads(frame)
            if n == 0:
                started = time.monotonic()
            n += 1
            if "stream_position" in event:
                durable += 1
            if n == wanted:
                break
        say("cpu", (cpu() - before) / n * 1e6, "µs/event")
        say("throughput", n / (time.monotonic() - started), "events/s")
        sys.stdout.flush()
    sys.exit(0 if durable else 1)


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
