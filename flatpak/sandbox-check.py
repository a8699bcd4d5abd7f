#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""sandbox-check.py APP-ID BASE-DIR: see sandbox-check.sh. Runs on the outside and looks at the sandboxed program through the accessibility bus."""
import glob
import json
import os
import socket
import subprocess
import sys
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore")
APP, BASE = sys.argv[1], sys.argv[2]
passed = failed = 0


def check(name, function):
    global passed, failed
    try:
        note = function()
        passed += 1
        print(f"ok      {name}" + (f": {note}" if note else ""), flush=True)
    except Exception as error:  # noqa: BLE001
        failed += 1
        print(f"FAILED  {name}: {error}", flush=True)


def inside(script, *options):
    run = subprocess.run(["flatpak", "run", "--command=sh", *options, APP, "-c", script], capture_output=True, text=True, timeout=60)
    return run.returncode, run.stdout + run.stderr


def wait(what, function, seconds=30):
    end = time.monotonic() + seconds
    while True:
        try:
            result = function()
            if result:
                return result
        except GLib.Error:
            pass
        if time.monotonic() > end:
            raise RuntimeError(f"waited in vain for {what}")
        time.sleep(0.1)


def walk(node):
    yield node
    for i in range(node.get_child_count()):
        child = node.get_child_at_index(i)
        if child and child.get_state_set().contains(Atspi.StateType.SHOWING):
            yield from walk(child)


def find(root, name, contains=False):
    return next((n for n in walk(root) if (name in (n.get_name() or "") if contains else n.get_name() == name)), None)


def act(node, action=None):
    for i in range(Atspi.Action.get_n_actions(node)):
        if action is None or Atspi.Action.get_action_name(node, i) == action:
            return Atspi.Action.do_action(node, i)
    raise RuntimeError(f"no action {action}")


def picture(name):
    subprocess.run(["import", "-window", "root", f"{BASE}/out/{name}.png"], check=False)


def portal_windows():
    run = subprocess.run(["xdotool", "search", "--onlyvisible", "--class", "xdg-desktop-portal"], capture_output=True, text=True)
    return run.stdout.split()


def nothing_outside():
    for path in (f"{BASE}/home/private.txt", "/home/private.txt", "/root", "/work", "/etc/shadow"):
        code, text = inside(f"cat {path} 2>/dev/null || ls {path} 2>/dev/null")
        if code == 0 and "nobody else" in text:
            raise RuntimeError(f"{path} can be read")
    code, text = inside("ls / && touch /usr/x /etc/x; ls ~")
    if "private.txt" in text:
        raise RuntimeError("the home can be seen")
    code, text = inside("touch /usr/x 2>/dev/null && echo written; touch /app/x 2>/dev/null && echo written; true")
    if "written" in text:
        raise RuntimeError("the runtime can be written")
    code, text = inside("gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus --method org.freedesktop.DBus.ListNames")
    if "org.freedesktop.secrets" in text:
        raise RuntimeError("the keyring of the session can be reached past the portal")
    code, text = inside("gdbus call --session --timeout 5 --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets "
                        "--method org.freedesktop.DBus.Peer.Ping")
    if code == 0:
        raise RuntimeError("the keyring of the session answers")
    info = subprocess.run(["flatpak", "info", "--show-permissions", APP], capture_output=True, text=True).stdout
    if "filesystems=" in info or "devices=all" in info or "sockets=session-bus" in info:
        raise RuntimeError("more is asked for than needed:\n" + info)


def libraries():
    code, text = inside("for f in /app/bin/*; do ldd $f; done | grep 'not found'")
    if "not found" in text:
        raise RuntimeError(text)


def command_line():
    script = """cd /tmp; wavescope-cli simulate --port 0 --duration 30 > url & s=$!
for i in $(seq 100); do [ -s url ] && break; sleep 0.1; done
WAVESCOPE_TOKEN=t timeout 20 wavescope-cli tail --server "$(head -n 1 url)" --since 0 --count 5 --format ndjson --quiet; r=$?; kill $s; exit $r"""
    code, text = inside(script)
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    if code != 0 or len(lines) != 5:
        raise RuntimeError(f"exit {code}: {text[-500:]}")
    run = subprocess.run(["flatpak", "run", "--command=wavescope-cli", APP, "--version"], capture_output=True, text=True, timeout=60)
    if run.returncode != 0:
        raise RuntimeError(run.stderr)
    return run.stdout.strip()


def secret_portal():
    """What libsecret needs in a sandbox: the Secret portal gives the program a key of its own."""
    code, text = inside("gdbus call --session --timeout 15 --dest org.freedesktop.portal.Desktop --object-path /org/freedesktop/portal/desktop "
                        "--method org.freedesktop.DBus.Properties.Get org.freedesktop.portal.Secret version")
    if code != 0 or "uint32" not in text:
        raise RuntimeError(text.strip()[-300:])
    return text.strip()


class Session:
    def __init__(self, *arguments):
        self.process = subprocess.Popen(["flatpak", "run", "--env=GSK_RENDERER=cairo", "--env=GDK_BACKEND=x11", APP, *arguments], stdout=subprocess.DEVNULL)
        desktop = Atspi.get_desktop(0)
        self.app = wait("the program on the accessibility bus", lambda: next(
            (a for a in (desktop.get_child_at_index(i) for i in range(desktop.get_child_count())) if a and a.get_name() == "wavescope"), None))
        self.window = wait("its window", lambda: next((c for c in (self.app.get_child_at_index(i) for i in range(self.app.get_child_count())) if c), None))

    def end(self):
        subprocess.run(["flatpak", "kill", APP], capture_output=True)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()


TOKEN = "token-of-the-sandbox-check"


def simulator(port):
    process = subprocess.Popen(["flatpak", "run", "--command=wavescope-cli", APP, "simulate", "--port", str(port)], stdout=subprocess.PIPE, text=True)
    return process, process.stdout.readline().strip()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def button(root, name):
    return next((n for n in walk(root) if n.get_name() == name and Atspi.Action.get_n_actions(n) > 0), None)


def field(root, name):
    """What can be written into, below the row of that name."""
    row = wait(name, lambda: find(root, name, True))
    return next((n for n in walk(row) if n.get_editable_text_iface()), None) or next(
        n for n in walk(root) if n.get_editable_text_iface() and name in (n.get_name() or ""))


def keyring():
    """Signs in with a token that is to be kept, ends the program, and starts it again: it needs no token, and none stands in a file."""
    port = free_port()
    server, url = simulator(port)
    session = Session("--welcome", "--size", "1000x850")
    try:
        wait("the welcome page", lambda: find(session.window, "Connect to a Tenant", True))
        act(session.window, "win.connect")
        Atspi.EditableText.set_text_contents(field(session.window, "Server, such as"), url)
        Atspi.EditableText.set_text_contents(field(session.window, "Token"), TOKEN)
        time.sleep(1)
        act(wait("Connect", lambda: button(session.window, "Connect")))
        wait("Live", lambda: find(session.window, "Live"))
        time.sleep(2)
    finally:
        picture("sandbox-sign-in")
        session.end()
        server.kill()
    server, _ = simulator(port)
    session = Session("--size", "1000x850")
    try:
        wait("Live without a token", lambda: find(session.window, "Live"))
        picture("sandbox-keyring")
    finally:
        session.end()
        server.kill()
    files = [path for path in glob.glob(f"{BASE}/home/.var/app/{APP}/**", recursive=True) if os.path.isfile(path)]
    for path in files:
        with open(path, "rb") as file:
            if TOKEN.encode() in file.read():
                raise RuntimeError(f"the token can be read in {path}")
    if not any(path.endswith(".keyring") for path in files):
        raise RuntimeError("there is no keyring of the sandbox")
    return f"kept through the portal, and in none of {len(files)} files to be read"


def main():
    check("nothing outside can be reached", nothing_outside)
    check("no library is missing", libraries)
    check("wavescope-cli in the sandbox", command_line)
    check("the Secret portal", secret_portal)
    session = Session("--demo", "--size", "1200x800")

    def demo():
        wait("Live", lambda: find(session.window, "Live"))
        wait("rooms", lambda: find(session.window, "Engineering", True))
        time.sleep(6)
        picture("sandbox-demo")

    def record():
        act(session.window, "win.record")
        # The window asks what to save first, then the portal where.
        button = wait("the dialog of the recording", lambda: find(session.window, "Choose a File…", True))
        act(button)
        new = wait("the portal's dialog", portal_windows)
        time.sleep(1)
        picture("sandbox-portal")
        subprocess.run(["xdotool", "windowfocus", new[-1]], check=False)
        time.sleep(1)
        subprocess.run(["xdotool", "key", "ctrl+a"], check=False)
        subprocess.run(["xdotool", "type", "--delay", "60", f"{BASE}/out/chosen.wavescope.ndjson"], check=False)
        time.sleep(1)
        picture("sandbox-portal")
        subprocess.run(["xdotool", "key", "Return"], check=False)
        path = wait("the chosen file", lambda: glob.glob(f"{BASE}/out/chosen*"))[0]
        time.sleep(3)
        act(session.window, "win.record")
        wait("frames in it", lambda: os.path.getsize(path) > 500)
        time.sleep(1)
        with open(path, encoding="utf-8") as file:
            head = json.loads(file.readline())
            lines = sum(1 for _ in file)
        if head.get("wavescope_recording") != 1 or lines < 3:
            raise RuntimeError(f"{head} and {lines} lines")
        return f"{lines} lines"

    try:
        check("the demo", demo)
        check("recording into a file chosen through the portal", record)
    finally:
        picture("sandbox-end")
        session.end()
    check("the keyring", keyring)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
