#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs what measures, beside what people would use instead, and says how they compare.

    run.py BUILD-DIR [NAME…] [--json FILE] [--rounds N] [--list]

Wavescope and its peers take turns (A B A B), each figure is the median of the rounds and its spread half the distance between the quartiles; a ratio is the median
of those of the single rounds. What is about
CPU counts the time of the process and not the clock of the wall, so that a busy machine does little to it. Every program prints lines of NDJSON
{"name", "value", "unit", "spread"}.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
TICKS = os.sysconf("SC_CLK_TCK")


class Cannot(Exception):
    """A figure cannot be taken here; the text says why."""


# ---------------------------------------------------------------- programs

class Bench:
    def __init__(self, build, rounds):
        self.build = pathlib.Path(build).resolve()
        self.rounds = rounds
        self.tmp = pathlib.Path(tempfile.mkdtemp(prefix="wavescope-bench-", dir=os.environ.get("BENCH_TMP", "/var/tmp")))
        self.running = []
        self.results = {}
        self.samples = {}
        self.million = None

    def program(self, name):
        folder = {"wavescope": "src/ui", "wavescope-cli": "src/cli"}.get(name, "tests/bench")
        path = self.build / folder / name
        if not path.exists():
            raise Cannot(f"{name} is not built")
        return str(path)

    def fresh(self, name="run"):
        path = self.tmp / name
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir()
        return path

    def start(self, command, **options):
        options.setdefault("stdout", subprocess.DEVNULL)
        options.setdefault("stderr", subprocess.DEVNULL)
        process = subprocess.Popen(command, start_new_session=True, **options)
        self.running.append(process)
        return process

    def stop(self, process):
        for sign in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(process.pid, sign)
            except ProcessLookupError:
                pass
            try:
                process.wait(5)
                break
            except subprocess.TimeoutExpired:
                continue
        if process.stdout:
            process.stdout.close()
        if process in self.running:
            self.running.remove(process)

    def lines(self, command, timeout=600, **options):
        """The figures that a program prints, by name."""
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=timeout, **options)
        figures = {}
        for line in done.stdout.splitlines():
            if line.startswith("{"):
                figure = json.loads(line)
                figures[figure["name"]] = figure
        if done.returncode != 0:
            words = (done.stderr.strip().splitlines() or ["no word of why"])[-1]
            raise Cannot(f"{os.path.basename(command[0])} ended with {done.returncode}: {words}")
        return figures

    def feed(self, *options):
        process = self.start([self.program("bench-feed"), "--page", str(HERE / "peers/page.html"), *map(str, options)], stdout=subprocess.PIPE, text=True)
        return process, process.stdout.readline().strip()

    def simulator(self, *options):
        process = self.start([self.program("wavescope-cli"), "simulate", *map(str, options)], stdout=subprocess.PIPE, text=True)
        return process, process.stdout.readline().strip()

    def close(self):
        for process in list(self.running):
            self.stop(process)
        shutil.rmtree(self.tmp, ignore_errors=True)

    # ------------------------------------------------------------ figures

    def note(self, key, value):
        self.samples.setdefault(key, []).append(value)

    def median(self, key):
        values = self.samples.get(key)
        return statistics.median(values) if values else None

    def spread(self, key):
        values = sorted(self.samples.get(key, []))
        if len(values) < 3:
            return (values[-1] - values[0]) / 2 if len(values) > 1 else 0.0
        quarters = statistics.quantiles(values, n=4, method="inclusive")
        return (quarters[2] - quarters[0]) / 2

    def result(self, name, key, unit, **peers):
        """@peers: name = key of what it is divided by, each round by that of the same round: a machine that is slow for a while is so for both. Where the
        peer was measured in other rounds, the medians are divided."""
        value = self.median(key)
        if value is None:
            raise Cannot("it gave no figure")
        ratios = {}
        for peer, other in peers.items():
            mine, below = self.samples[key], self.samples.get(other, [])
            if len(mine) == len(below) and all(below):
                ratios[peer] = statistics.median(each / of_peer for each, of_peer in zip(mine, below))
            elif self.median(other):
                ratios[peer] = value / self.median(other)
        self.results[name] = {"name": name, "value": value, "unit": unit, "spread": self.spread(key), "ratios": ratios}


def need(command):
    if shutil.which(command) is None:
        raise Cannot(f"{command} is not installed")
    return command


def children(pid):
    """@pid and all that it started, whoever is their parent now."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                fields = open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace").read().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) == os.getsid(pid):
                found.append(int(entry))
    return found


def cpu_seconds(pid, alone=False):
    total = 0
    for each in [pid] if alone else children(pid):
        try:
            fields = open(f"/proc/{each}/stat", encoding="utf-8", errors="replace").read().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICKS


def memory_mib(pid, field, alone=False):
    total = 0
    for each in [pid] if alone else children(pid):
        try:
            text = open(f"/proc/{each}/smaps_rollup", encoding="utf-8").read()
            total += int(re.search(rf"^{field}:\s+(\d+)", text, re.M).group(1))
        except (OSError, AttributeError):
            pass
    return total / 1024


def app_environment(bench, **more):
    home = bench.tmp / "home"
    home.mkdir(exist_ok=True)
    return {**os.environ, "GSETTINGS_BACKEND": "memory", "GDK_DEBUG": "no-portals", "GTK_A11Y": "none", "XDG_DATA_HOME": str(home), "XDG_CACHE_HOME": str(home),
            "XDG_CONFIG_HOME": str(home), "GSETTINGS_SCHEMA_DIR": str(bench.build / "data"), **more}


# ---------------------------------------------------------------- workloads

EVENTS = 500_000


def run_ingest(bench, names):
    peers = {}
    try:
        peers["node"] = ([need("node"), str(HERE / "peers/node-client.js")], EVENTS)
    except Cannot as why:
        print(f"ingest: without Node: {why}", file=sys.stderr)
    try:
        peers["python"] = ([need("python3"), str(HERE / "peers/python-client.py")], EVENTS // 10)
    except Cannot as why:
        print(f"ingest: without Python: {why}", file=sys.stderr)
    for _ in range(max(7, bench.rounds)):
        for name, (command, events) in peers.items():
            feed, url = bench.feed("--events", events)
            figures = bench.lines([*command, url, str(events)], env={**os.environ, "NODE_PATH": "/usr/share/nodejs"})
            bench.stop(feed)
            bench.note(f"{name}-cpu", figures["cpu"]["value"])
            bench.note(f"{name}-throughput", figures["throughput"]["value"])
        for name, options in (("ingest", ["--dir", None]), ("ingest-no-journal", ["--no-journal"])):
            if name not in names:
                continue
            feed, url = bench.feed("--events", EVENTS)
            options = [str(bench.fresh()) if option is None else option for option in options]
            figures = bench.lines([bench.program("bench-ingest"), url, "--events", str(EVENTS), *options])
            bench.stop(feed)
            bench.note(name, figures["cpu"]["value"])
            bench.note(f"{name}-throughput", figures["throughput"]["value"])
    for name in names:
        bench.result(name, name, "µs of CPU/event", node="node-cpu", python="python-cpu")
        bench.result(f"{name}-throughput", f"{name}-throughput", "events/s", node="node-throughput", python="python-throughput")


MISSED = 100_000


def discard_pages(url, since):
    """The least that a client can do: ask, read, throw away."""
    address = urllib.parse.urlparse(url)
    with socket.create_connection((address.hostname, address.port)) as stream:
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reader = stream.makefile("rb", buffering=1 << 20)
        started = time.monotonic()
        pages = 0
        while True:
            stream.sendall(f"GET /v1/sync?since={since}&limit=500&timeout=0 HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer bench\r\n\r\n".encode())
            length = None
            while (line := reader.readline().strip()):
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            body = reader.read(length)
            pages += 1
            tail = body[-200:]
            since = int(re.search(rb'"next_cursor":\s*"?(\d+)', tail).group(1))
            if re.search(rb'"has_more":\s*false', tail):
                return time.monotonic() - started, pages


def run_catchup(bench, names):
    simulator, url = bench.simulator("--scenario", "idle", "--history", MISSED, "--faults", "allow-both")
    try:
        first = 88004
        for _ in range(bench.rounds):
            took, pages = discard_pages(url, first)
            bench.note("discard", took)
            if shutil.which("node") is not None:
                node = bench.lines(["node", str(HERE / "peers/node-pages.js"), url, str(first)])
                if node["pages-events"]["value"] < MISSED * 0.9:
                    raise Cannot(f"only {node['pages-events']['value']} events came to Node")
                bench.note("node-pages", node["pages"]["value"])
                bench.note("node-pages-cpu", node["pages-cpu"]["value"])
            figures = bench.lines([bench.program("bench-ingest"), url, "--catch-up", "--dir", str(bench.fresh())],
                                  env={**os.environ, "BENCH_CURSOR": str(first)})
            if figures["catchup-events"]["value"] < MISSED * 0.9:
                raise Cannot(f"only {figures['catchup-events']['value']} events came by sync")
            bench.note("catchup", figures["catchup"]["value"])
            bench.note("catchup-cpu", figures["catchup-cpu"]["value"])
    finally:
        bench.stop(simulator)
    bench.result("catchup", "catchup", f"s for {MISSED:,} events", discard="discard", node="node-pages")
    bench.result("catchup-cpu", "catchup-cpu", "µs of CPU/event", node="node-pages-cpu")


SHOW_SECONDS = 60


def show_chromium(bench, url):
    profile = bench.fresh("chromium")
    process = bench.start([need("chromium"), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
                           "--disable-background-networking", "--disable-component-update", f"--user-data-dir={profile}", "--remote-debugging-port=0",
                           "--window-size=1280,800", url + "/page"], env={**os.environ, "HOME": str(profile)})
    time.sleep(6)
    before, at = cpu_seconds(process.pid), time.monotonic()
    time.sleep(SHOW_SECONDS)
    spent = 100 * (cpu_seconds(process.pid) - before) / (time.monotonic() - at)
    rss, pss, count = memory_mib(process.pid, "Rss"), memory_mib(process.pid, "Pss"), len(children(process.pid))
    if process.poll() is not None or count < 2:
        raise Cannot("Chromium ended by itself")
    bench.stop(process)
    return spent, rss, pss


def run_show(bench, names):
    chromium = True
    for _ in range(max(3, bench.rounds // 2)):
        feed, url = bench.feed("--rate", 2000, "--events", 2000 * (SHOW_SECONDS + 30), "--streams", 50)
        if chromium:
            try:
                spent, rss, pss = show_chromium(bench, url)
                bench.note("chromium-cpu", spent)
                bench.note("chromium-rss", rss)
                bench.note("chromium-pss", pss)
            except Cannot as why:
                chromium = False
                print(f"show: without Chromium: {why}", file=sys.stderr)
        figures = bench.lines([bench.program("bench-show"), url, str(SHOW_SECONDS), "room-0"], env=app_environment(bench))
        bench.stop(feed)
        if figures["show-events"]["value"] < 1500:
            print(f"show: only {figures['show-events']['value']:.0f} events/s were shown", file=sys.stderr)
        for name, figure in figures.items():
            bench.note(name, figure["value"])
    for name, unit, peers in (("show-cpu", "% of a core", {"chromium": "chromium-cpu"}), ("show-frames", "% in time at 30 fps", {}), ("show-latency", "ms, p99", {}),
                              ("show-latency-p50", "ms", {}), ("show-fps", "frames/s", {}), ("show-frame-p99", "ms", {})):
        if name in names or name not in NAMES:
            bench.result(name, name, unit, **peers)


def run_scope(bench, names):
    for _ in range(max(1, bench.rounds // 2)):
        figures = {}
        if {"scope-frames", "scope-cpu"} & set(names):
            figures |= bench.lines([bench.program("bench-scope"), "10", "load"], env=app_environment(bench))
        if "scope-draw-ratio" in names:
            figures |= bench.lines([bench.program("bench-scope"), "10", "ratio"], env=app_environment(bench))
        if "scope-zoom-worst" in names:
            figures |= bench.lines([bench.program("bench-scope"), "10", "zoom"], env=app_environment(bench))
        if {"scope-accuracy-busy", "scope-accuracy-loaded"} & set(names):
            # It says so when the machine cannot send gaps that are known; the other figures stand all the same.
            try:
                figures |= bench.lines([bench.program("bench-accuracy")], env=app_environment(bench))
            except Cannot as why:
                print(f"scope-accuracy: {why}", file=sys.stderr)
        for name, figure in figures.items():
            bench.note(name, figure["value"])
            bench.note(name + "-unit", 0)
            bench.units[name] = figure["unit"]
    missing = [name for name in names if bench.median(name) is None]
    for name in names:
        if name not in missing:
            bench.result(name, name, bench.units.get(name, ""))
    if missing:
        raise Cannot("it gave no figure")


def launch(bench, command, seconds_to_live):
    """Starts a GTK program; returns ms to its first frame and to live, its memory, the process."""
    probe = bench.fresh("probe") / "log"
    started = time.monotonic_ns() // 1000
    process = bench.start(command, env=app_environment(bench, BENCH_PROBE=str(probe), LD_PRELOAD=str(bench.build / "tests/bench/libbench-probe.so")))
    deadline = time.monotonic() + 20
    marks = {}
    settled = None
    while time.monotonic() < deadline:
        if probe.exists():
            for line in probe.read_text().splitlines():
                what, when = line.split()
                marks.setdefault(what, (int(when) - started) / 1000)
        if "first-frame" in marks and ("live" in marks or seconds_to_live == 0):
            break
        if process.poll() is not None:
            raise Cannot(f"{os.path.basename(command[0])} ended with {process.returncode}")
        time.sleep(0.02)
    if "first-frame" not in marks:
        raise Cannot(f"{os.path.basename(command[0])} painted nothing in 20 s")
    return marks.get("first-frame"), marks.get("live"), process


def demo(bench, *options):
    return [bench.program("wavescope"), "--demo", "--size", "1280x800", "--new-window", *options]


def run_start(bench, names):
    for i in range(max(7, bench.rounds) + 1):
        first, _, process = launch(bench, [bench.program("bench-window")], 0)
        bench.stop(process)
        own, live, process = launch(bench, demo(bench), 10)
        bench.stop(process)
        # The first turn fills the caches of both.
        if i > 0:
            bench.note("window-start", first)
            bench.note("start", own)
            if live is not None:
                bench.note("start-live", live)
    bench.result("start", "start", "ms to the first frame", window="window-start")
    if "start-live" in bench.samples:
        bench.result("start-live", "start-live", "ms to live")


def run_memory_of_demo(bench, names):
    for _ in range(3):
        _, _, process = launch(bench, [bench.program("bench-window")], 0)
        time.sleep(3)
        bench.note("window-rss", memory_mib(process.pid, "Rss", alone=True))
        bench.note("window-pss", memory_mib(process.pid, "Pss", alone=True))
        bench.stop(process)
        _, _, process = launch(bench, demo(bench), 10)
        time.sleep(8)
        bench.note("rss-demo", memory_mib(process.pid, "Rss", alone=True))
        bench.note("pss-demo", memory_mib(process.pid, "Pss", alone=True))
        bench.stop(process)
    if "chromium-rss" not in bench.samples:
        try:
            feed, url = bench.feed("--rate", 2000, "--events", 100000)
            _, rss, pss = show_chromium(bench, url)
            bench.stop(feed)
            bench.note("chromium-rss", rss)
            bench.note("chromium-pss", pss)
        except Cannot as why:
            print(f"rss-demo: without Chromium: {why}", file=sys.stderr)
    bench.result("rss-demo", "rss-demo", "MiB", window="window-rss", chromium="chromium-rss")
    bench.result("pss-demo", "pss-demo", "MiB", window="window-pss", chromium="chromium-pss")


def run_idle(bench, names):
    for _ in range(2):
        _, _, process = launch(bench, demo(bench, "--scenario", "idle"), 10)
        time.sleep(5)
        before, at = cpu_seconds(process.pid, alone=True), time.monotonic()
        time.sleep(15)
        bench.note("idle", 100 * (cpu_seconds(process.pid, alone=True) - before) / (time.monotonic() - at))
        bench.stop(process)
    bench.result("idle", "idle", "% of a core")


MILLION = 1_000_000


def make_million(bench):
    """A journal and a recording of a million events, and the figures of the run that made them."""
    if bench.million is None:
        folder = bench.fresh("million")
        recording = folder / "million.wavescope.ndjson"
        figures = bench.lines([bench.program("bench-journal"), str(folder), str(MILLION), "100", str(recording)])
        bench.million = (folder, recording, figures)
    return bench.million


def run_million(bench, names):
    folder, recording, made = make_million(bench)
    for _ in range(3):
        figures = bench.lines([bench.program("bench-journal"), str(folder), str(MILLION)])
        for name in ("open", "open-first", "open-rss", "filter-field", "filter-text"):
            bench.note(f"{name}-1m", figures[name]["value"])
        if shutil.which("rg") and "filter-text-1m" in names:
            began = time.monotonic()
            subprocess.run(["rg", "-c", "zebra", str(recording)], stdout=subprocess.DEVNULL, check=False)
            bench.note("rg", 1000 * (time.monotonic() - began))
        if shutil.which("lnav"):
            home = {**os.environ, "HOME": str(bench.fresh("lnav"))}
            began = time.monotonic()
            subprocess.run(["lnav", "-n", "-q", "-c", ":quit", str(recording)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=home, timeout=300, check=False)
            bench.note("lnav-open", 1000 * (time.monotonic() - began))
            if "filter-text-1m" in names:
                began = time.monotonic()
                subprocess.run(["lnav", "-n", "-q", "-c", ":filter-in zebra", "-c", ":quit", str(recording)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=home,
                               timeout=300, check=False)
                bench.note("lnav-filter", 1000 * (time.monotonic() - began))
    if "open-1m" in names:
        bench.result("open-1m", "open-1m", "ms", lnav="lnav-open")
        bench.result("open-first-1m", "open-first-1m", "ms to the first rows")
    if "filter-field-1m" in names:
        bench.result("filter-field-1m", "filter-field-1m", "ms")
    if "filter-text-1m" in names:
        bench.result("filter-text-1m", "filter-text-1m", "ms", ripgrep="rg", lnav="lnav-filter")
    bench.note("journal-cpu", made["journal-cpu"]["value"])
    bench.result("journal-cpu", "journal-cpu", "µs of CPU/event, the journal alone")


def run_scrub(bench, names):
    _, recording, _ = make_million(bench)
    figures = bench.lines([bench.program("bench-scrub"), str(recording)])
    bench.note("scrub-1m", figures["scrub"]["value"])
    bench.result("scrub-1m", "scrub-1m", "ms a jump")
    bench.results["scrub-1m"]["spread"] = figures["scrub"]["spread"]
    bench.note("scrub-worst", figures["scrub-worst"]["value"])
    bench.result("scrub-worst-1m", "scrub-worst", "ms")


def ingest_into(bench, directory, first, events, *options):
    """A client that goes on with the journal that it finds in a directory."""
    feed, url = bench.feed("--events", events, "--first", first, "--delay", 6000)
    figures = bench.lines([bench.program("bench-ingest"), url, "--events", str(events), "--dir", str(directory), *options], timeout=900)
    bench.stop(feed)
    return figures


def run_growth(bench, names):
    """One client, ten million events: what it holds, and what an event costs at the end beside the beginning; then the same for a client that is started on the journal
    of ten million events beside one that is started on 100,000, by turns."""
    events = 10 * MILLION if "growth-10m" in names else MILLION
    large, small = bench.fresh("large"), bench.fresh("small")
    figures = ingest_into(bench, large, 0, events, "--report-every", "100000")
    if "rss-1m" in names:
        bench.note("rss-1m", figures["rss-at-1000000"]["value"])
        bench.result("rss-1m", "rss-1m", "MiB")
    if "growth-10m" in names:
        bench.note("growth-process", figures["cpu-last-100000"]["value"] / figures["cpu-first-100000"]["value"])
        bench.result("growth-process", "growth-process", "× the cost of an event among the first 100,000 of the same client, which holds nothing yet")
        ingest_into(bench, small, 0, 100_000)
        for turn in range(max(3, bench.rounds)):
            first = 2 * events + turn * MILLION
            costs = [ingest_into(bench, directory, first, 300_000)["cpu"]["value"] for directory in (large, small)]
            bench.note("growth-10m", costs[0] / costs[1])
        bench.result("growth-10m", "growth-10m", "× the cost of an event with 100,000 in the journal")
        bench.note("rss-10m", figures["rss"]["value"])
        bench.result("rss-10m", "rss-10m", "MiB")
        bench.note("bytes", figures["journal-bytes"]["value"])
        bench.result("journal-bytes-10m", "bytes", "bytes/event on disk")


def run_rooms(bench, names):
    """Opening and scrolling a room of 100,000 messages, a tenant of 2,000 rooms and 10,000 people."""
    wanted = {"rooms.open_first_content": "rooms-open", "rooms.switch_first_content": "rooms-switch", "rooms.scroll_frame_p99": "rooms-scroll",
              "rooms.bytes_per_message": "rooms-bytes", "tenant.second_p50": "rooms-second"}
    figures = bench.lines([bench.program("bench-rooms"), str(bench.rounds)], env=app_environment(bench))
    for theirs, ours in wanted.items():
        if ours in names:
            bench.note(ours, figures[theirs]["value"])
            bench.result(ours, ours, figures[theirs]["unit"])


GROUPS = [
    (("ingest", "ingest-no-journal"), run_ingest),
    (("catchup",), run_catchup),
    (("show-cpu", "show-frames", "show-latency"), run_show),
    (("scope-frames", "scope-cpu", "scope-draw-ratio", "scope-zoom-worst", "scope-accuracy-busy", "scope-accuracy-loaded"), run_scope),
    (("start",), run_start),
    (("rss-demo",), run_memory_of_demo),
    (("idle",), run_idle),
    (("rooms-open", "rooms-switch", "rooms-scroll", "rooms-bytes", "rooms-second"), run_rooms),
    (("open-1m", "filter-field-1m", "filter-text-1m"), run_million),
    (("scrub-1m",), run_scrub),
    (("rss-1m", "growth-10m"), run_growth),
]
NAMES = [name for names, _ in GROUPS for name in names]

# name: (what must hold, in words, and as a test of the result)
BARS = {
    "ingest": ("≤ 1.0 × node", lambda r: r["ratios"].get("node", 99) <= 1.0),
    "ingest-no-journal": ("≤ 0.6 × node", lambda r: r["ratios"].get("node", 99) <= 0.6),
    "ingest-throughput": ("≥ 1.0 × node", lambda r: r["ratios"].get("node", 0) >= 1.0),
    "catchup": ("≤ 1.3 × discard", lambda r: r["ratios"].get("discard", 99) <= 1.3),
    "show-cpu": ("≤ 0.5 × chromium", lambda r: r["ratios"].get("chromium", 99) <= 0.5),
    "show-frames": ("≥ 99 %", lambda r: r["value"] >= 99),
    "show-latency": ("< 50 ms", lambda r: r["value"] < 50),
    "scope-frames": ("≥ 30 fps", lambda r: r["value"] >= 30),
    "scope-cpu": ("< 60 %", lambda r: r["value"] < 60),
    "scope-draw-ratio": ("< 1.5 × for 100 × the chunks", lambda r: r["value"] < 1.5),
    "scope-zoom-worst": ("< 33 ms", lambda r: r["value"] < 33),
    "scope-accuracy-busy": ("≤ 1 ms", lambda r: r["value"] <= 1),
    "scope-accuracy-loaded": ("≤ 3 ms", lambda r: r["value"] <= 3),
    "start": ("≤ 1.3 × window", lambda r: r["ratios"].get("window", 99) <= 1.3),
    "rss-demo": ("≤ 2 × window, < 0.25 × chromium", lambda r: r["ratios"].get("window", 99) <= 2 and r["ratios"].get("chromium", 0) < 0.25),
    "idle": ("< 0.5 %", lambda r: r["value"] < 0.5),
    "rooms-open": ("< 100 ms", lambda r: r["value"] < 100),
    "rooms-switch": ("< 100 ms", lambda r: r["value"] < 100),
    "rooms-scroll": ("< 33 ms", lambda r: r["value"] < 33),
    "rooms-bytes": ("< 2 KiB a message", lambda r: r["value"] < 2048),
    "rooms-second": ("< 33 ms, the costliest frame of a second with 2,000 rooms and 10,000 people", lambda r: r["value"] < 33),
    "growth-10m": ("≤ 1.1 ×", lambda r: r["value"] <= 1.1),
}


# ---------------------------------------------------------------- what comes out

def first_line(command):
    try:
        return (subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=20, check=False).stdout.strip().splitlines() or ["?"])[0]
    except (OSError, subprocess.TimeoutExpired):
        return "not installed"


def describe_machine():
    model = re.search(r"model name\s*:\s*(.*)", open("/proc/cpuinfo", encoding="utf-8").read())
    memory = re.search(r"MemTotal:\s+(\d+)", open("/proc/meminfo", encoding="utf-8").read())
    return {
        "cpu": model.group(1).strip() if model else os.uname().machine,
        "cores": os.cpu_count(),
        "memory_gib": round(int(memory.group(1)) / 1048576, 1),
        "kernel": os.uname().release,
        "load": round(os.getloadavg()[0], 2),
        "renderer": os.environ.get("GSK_RENDERER", "the renderer that GTK picks"),
        "node": first_line(["node", "--version"]),
        "ws": first_line(["node", "-p", "require('/usr/share/nodejs/ws/package.json').version"]),
        "websockets": first_line(["python3", "-c", "import websockets; print(websockets.__version__)"]),
        "chromium": first_line(["chromium", "--version"]),
        "ripgrep": first_line(["rg", "--version"]),
        "lnav": first_line(["lnav", "-V"]),
    }


def number(value):
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def print_table(bench, problems):
    rows = [("", "median", "±", "", "beside", "bar")]
    for result in bench.results.values():
        ratios = ", ".join(f"{ratio:.2f} × {peer}" for peer, ratio in result["ratios"].items())
        bar = BARS.get(result["name"])
        rows.append((result["name"], number(result["value"]), number(result["spread"]), result["unit"], ratios,
                     f"{bar[0]}: {'met' if bar[1](result) else 'MISSED'}" if bar else ""))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) if i in (1, 2) else cell.ljust(width) for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
    for name, why in problems.items():
        print(f"{name}: not measured: {why}")


def main():
    parser = argparse.ArgumentParser(description="Measure Wavescope beside what people would use instead.")
    parser.add_argument("build")
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--rounds", type=int, default=5, help="of the workloads that take turns; ingest takes at least 7, start at least 8")
    parser.add_argument("--list", action="store_true", help="only tell the names")
    options = parser.parse_args()
    if options.list:
        print("\n".join(NAMES))
        return 0
    unknown = [name for name in options.names if name not in NAMES]
    if unknown:
        print(f"bench: there is no {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    wanted = options.names or NAMES
    bench = Bench(options.build, max(1, options.rounds))
    bench.units = {}
    problems = {}
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        for names, run in GROUPS:
            chosen = [name for name in names if name in wanted]
            if not chosen:
                continue
            print(f"bench: {', '.join(chosen)}…", file=sys.stderr)
            try:
                run(bench, chosen)
            except (Cannot, subprocess.TimeoutExpired, OSError, KeyError, ValueError) as why:
                for name in chosen:
                    if name not in bench.results:
                        problems[name] = f"{why}" if isinstance(why, Cannot) else f"{type(why).__name__}: {why}"
                for process in list(bench.running):
                    bench.stop(process)
    finally:
        bench.close()
    machine = describe_machine()
    print_table(bench, problems)
    print(f"\n{machine['cpu']}, {machine['cores']} cores, {machine['memory_gib']} GiB; load {machine['load']}; {time.monotonic() - began:.0f} s")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as out:
            json.dump({"machine": machine, "results": list(bench.results.values()), "not_measured": problems}, out, ensure_ascii=False, indent=1)
            out.write("\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
