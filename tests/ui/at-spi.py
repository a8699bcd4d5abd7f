#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""at-spi.py APP: does the main jobs with nothing but what a screen reader has, and walks the accessibility tree of every page and dialog on the way: a
control without a name fails. TAP. Every wait has a deadline."""
import os
import signal
import subprocess
import sys
import time
import warnings

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

warnings.simplefilter("ignore")
# What must have a name: everything that is operated, and what groups such things.
CONTROLS = {"button", "push button", "toggle button", "check box", "radio button", "combo box", "entry", "text", "password text", "spin button", "slider",
            "switch", "list", "list box", "table", "tree table", "list item", "menu item", "check menu item", "radio menu item", "page tab", "link", "tree"}
DEADLINE = 20
number = 0


class Failure(Exception):
    pass


def children(node):
    return [child for child in (node.get_child_at_index(i) for i in range(node.get_child_count())) if child]


def showing(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def walk(node):
    """Everything that shows; what is not on screen is not looked into."""
    yield node
    for child in children(node):
        try:
            if showing(child):
                yield from walk(child)
        except GLib.Error:
            continue


def name_of(node):
    """What it is called, or nothing if it has gone in the meantime: on a live page rows come and go while the tree is walked."""
    try:
        return node.get_name() or ""
    except GLib.Error:
        return ""


def role_of(node):
    try:
        return node.get_role_name()
    except GLib.Error:
        return ""


def wait(what, function, seconds=DEADLINE):
    end = time.monotonic() + seconds
    while True:
        try:
            result = function()
            if result:
                return result
        except GLib.Error:
            pass  # widgets come and go while the tree is walked
        if time.monotonic() > end:
            raise Failure(f"waited in vain for {what}")
        time.sleep(0.05)


def has_name(node):
    if node.get_name():
        return True
    # A few rows in a frame, as in preferences: the rows say what it is.
    if node.get_role_name() in ("list", "list box") and node.get_parent().get_role_name() != "tree table":
        rows = [child for child in children(node) if showing(child)]
        return 0 < len(rows) <= 12 and all(row.get_name() for row in rows) and not any("scroll" in p for p in [node.get_parent().get_role_name()])
    # A toggle inside of a menu button is named by the button around it; a row by what stands in it.
    role = node.get_role_name()
    if role in ("list item", "toggle button", "button", "check box"):
        return any(child is not node and child.get_role_name() == "label" and child.get_name() for child in walk(node))
    return False


def path_of(node):
    names = []
    while node is not None and len(names) < 8:
        names.append(f"{node.get_role_name()}“{node.get_name()}”")
        node = node.get_parent()
    return " < ".join(names)


def check_names(window, at_least):
    """A row that moves while the tree is walked has no name for a moment: what is without one has to be so three times."""
    for attempt in range(3):
        seen, unnamed = look_for_unnamed(window)
        if not unnamed:
            break
        time.sleep(0.7)
    if unnamed:
        raise Failure("controls without a name:\n" + "\n".join(f"#   {path}" for path in unnamed))
    if seen < at_least:
        raise Failure(f"only {seen} controls were seen")
    return seen


def look_for_unnamed(window):
    seen, unnamed = 0, []
    for node in walk(window):
        try:
            if node.get_role_name() not in CONTROLS:
                continue
            # The frame around rows is not gone to by itself; its rows are.
            if node.get_role_name() in ("list", "list box") and not node.get_state_set().contains(Atspi.StateType.FOCUSABLE):
                continue
            seen += 1
            if not has_name(node):
                unnamed.append(path_of(node))
        except GLib.Error:
            continue
    return seen, unnamed


def find(root, roles, name=None, contains=None):
    for node in walk(root):
        if role_of(node) in roles and (name is None or name_of(node) == name) and (contains is None or contains in name_of(node)):
            return node
    return None


def act(node, action=None):
    n = Atspi.Action.get_n_actions(node)
    for i in range(n):
        if action is None or Atspi.Action.get_action_name(node, i) == action:
            return Atspi.Action.do_action(node, i)
    raise Failure(f"{path_of(node)} has no action {action}")


BUTTONS = {"button", "push button", "toggle button", "list item"}
ENTRIES = {"entry", "text"}


class Session:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        desktop = Atspi.get_desktop(0)
        self.app = wait("the program on the accessibility bus",
                        lambda: next((c for c in children(desktop) if c.get_name() == "wavescope" and c.get_process_id() == self.process.pid), None))
        self.window = wait("its window", lambda: next((c for c in children(self.app) if c.get_role_name() in ("frame", "window")), None))

    def label(self, text):
        return wait(f"“{text}” on screen", lambda: find(self.window, {"label", "heading", "alert", "static"}, contains=text))

    def press(self, name):
        # Rows are pressed by what they do; a press within GTK's animation of the one before is lost, so the result is what is waited for.
        node = wait(f"the button {name}", lambda: find(self.window, BUTTONS, name=name) or find(self.window, BUTTONS, contains=name))
        act(node)

    def until(self, what, function, do, every=2.5):
        """Does it again until it has had its effect: a press or a key within GTK's animation of the one before is lost."""
        end = time.monotonic() + DEADLINE
        while True:
            try:
                do()
            except (Failure, GLib.Error):
                pass  # what was to be pressed has gone: perhaps because it worked
            try:
                return wait(what, function, every)
            except Failure:
                if time.monotonic() > end:
                    raise Failure(f"waited in vain for {what}; on screen: {self.seen()}") from None

    def seen(self):
        """What is on screen, in short, for the log of a failure."""
        names = [name_of(n) for n in walk(self.window) if role_of(n) in BUTTONS | {"label", "heading", "page tab", "radio button"} and name_of(n)]
        return " | ".join(" ".join(name.split())[:40] for name in names[:60])

    def keys(self, *keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True, stderr=subprocess.DEVNULL)

    def tab_to(self, text):
        """With the keyboard alone, as somebody does who sees no pointer."""
        window = wait("the X window", lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)], capture_output=True,
                                                                text=True).stdout.split())[-1]
        subprocess.run(["xdotool", "windowfocus", window], check=True, stderr=subprocess.DEVNULL)
        for _ in range(40):
            focused = next((n for n in walk(self.window) if n.get_state_set().contains(Atspi.StateType.FOCUSED)), None)
            if focused is not None and text in (focused.get_name() or ""):
                return
            self.keys("Tab")
            time.sleep(0.15)
        raise Failure(f"Tab does not lead to {text}")

    def palette(self, typed, first):
        act(self.window, "win.palette")
        entry = wait("the palette", lambda: find(self.window, ENTRIES, name="Rooms, people, pages and actions"))
        Atspi.EditableText.set_text_contents(entry, typed)
        wait(f"{first} in the palette", lambda: find(self.window, {"list item"}, contains=first))
        shown = lambda: find(self.window, ENTRIES, name="Rooms, people, pages and actions")  # noqa: E731
        self.until("the palette to close", lambda: shown() is None, lambda: shown() and self.keys("Return"))

    def dialog(self, action, text, at_least):
        act(self.window, action)
        self.label(text)
        count = check_names(self.window, at_least)
        close = wait("a way to close", lambda: find(self.window, BUTTONS, name="Close") or find(self.window, BUTTONS, name="Close Window"))
        act(close)
        time.sleep(0.6)
        return count

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(10)
            if status not in (0, -signal.SIGTERM):
                print(f"# the program ended with {status}", flush=True)
            return status
        except subprocess.TimeoutExpired:
            self.process.kill()
            return -1


def step(name, function):
    global number
    number += 1
    try:
        result = function()
    except (Failure, GLib.Error) as failure:
        print(f"not ok {number} {name}\n# {failure}", flush=True)
        return False
    print(f"ok {number} {name}" + (f" # {result} controls" if isinstance(result, int) else ""), flush=True)
    return True


def main():
    session = Session([sys.argv[1], "--size", "1200x800", "--welcome"])

    def welcome():
        session.label("Watch a ScaiWave Tenant Live")
        return check_names(session.window, 3)

    def demo():
        session.tab_to("Open the Demo")
        session.keys("Return")
        session.label("Live")

    def rooms():
        session.palette("engin", "Engineering")
        session.label("What breaks and why")
        return check_names(session.window, 20)

    def activity():
        session.palette("activity", "Activity")
        entry = wait("the filter", lambda: find(session.window, ENTRIES, contains="ilter"))
        Atspi.EditableText.set_text_contents(entry, "type:message")
        wait("only messages in the table", lambda: any("swp.room.message" in name_of(n) for n in walk(session.window))
             and not any("swp.ai.status" in name_of(n) for n in walk(session.window)))
        count = check_names(session.window, 12)
        Atspi.EditableText.set_text_contents(entry, "")
        return count

    def scope():
        session.palette("scope", "Scope")
        tab = lambda: find(session.window, {"page tab", "toggle button", "radio button", "button", "push button"}, name="List")  # noqa: E731
        wait("the list of streams", tab)
        session.until("a stream with what became of it",
                      lambda: any(any(word in name_of(n) for word in ("settled", "generating", "stalled", "failed", "done"))
                                  for n in walk(session.window)), lambda: act(tab()))
        return check_names(session.window, 10)

    def connection():
        session.palette("connection", "Connection")
        session.label("States of the Last Ten Minutes")
        return check_names(session.window, 5)

    steps = [
        ("welcome", welcome), ("open the demo", demo), ("open a room", rooms), ("filter the activity", activity), ("pick a stream", scope),
        ("read the connection", connection),
        ("help", lambda: session.dialog("win.help", "States", 10)),
        ("keyboard shortcuts", lambda: session.dialog("win.shortcuts", "Go to a room, person or page, or do something", 20)),
    ]
    try:
        done = [step(name, function) for name, function in steps]
    finally:
        session.end()
    print(f"1..{number}")
    return 0 if all(done) else 1


if __name__ == "__main__":
    os.environ.setdefault("LC_ALL", "C.UTF-8")
    sys.exit(main())
