#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""mock-secrets.py [--refuse] CMD…: a small org.freedesktop.secrets on the session bus while CMD runs. It keeps items in memory, speaks plain sessions only,
and says what it was asked to keep in the file that WAVE_SECRETS_LOG names. --refuse: nothing may be stored."""
import json
import os
import sys

from gi.repository import Gio, GLib

XML = """
<node>
  <interface name="org.freedesktop.Secret.Service">
    <method name="OpenSession"><arg type="s" direction="in"/><arg type="v" direction="in"/><arg type="v" direction="out"/><arg type="o" direction="out"/></method>
    <method name="SearchItems"><arg type="a{ss}" direction="in"/><arg type="ao" direction="out"/><arg type="ao" direction="out"/></method>
    <method name="Unlock"><arg type="ao" direction="in"/><arg type="ao" direction="out"/><arg type="o" direction="out"/></method>
    <method name="GetSecrets"><arg type="ao" direction="in"/><arg type="o" direction="in"/><arg type="a{o(oayays)}" direction="out"/></method>
    <method name="ReadAlias"><arg type="s" direction="in"/><arg type="o" direction="out"/></method>
    <property name="Collections" type="ao" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Collection">
    <method name="CreateItem"><arg type="a{sv}" direction="in"/><arg type="(oayays)" direction="in"/><arg type="b" direction="in"/><arg type="o" direction="out"/><arg type="o" direction="out"/></method>
    <property name="Items" type="ao" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Locked" type="b" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Item">
    <method name="Delete"><arg type="o" direction="out"/></method>
    <method name="GetSecret"><arg type="o" direction="in"/><arg type="(oayays)" direction="out"/></method>
    <property name="Locked" type="b" access="read"/>
    <property name="Attributes" type="a{ss}" access="read"/>
    <property name="Label" type="s" access="read"/>
    <property name="Created" type="t" access="read"/>
    <property name="Modified" type="t" access="read"/>
  </interface>
  <interface name="org.freedesktop.Secret.Session"><method name="Close"/></interface>
</node>
"""
INFO = {interface.name: interface for interface in Gio.DBusNodeInfo.new_for_xml(XML).interfaces}
SERVICE, COLLECTION, SESSION = "/org/freedesktop/secrets", "/org/freedesktop/secrets/collection/login", "/org/freedesktop/secrets/session/1"


class Item:
    def __init__(self, attributes, label, secret):
        self.attributes, self.label, self.secret, self.registration = attributes, label, secret, 0


class Secrets:
    def __init__(self, bus, refuse):
        self.bus, self.refuse, self.items, self.made = bus, refuse, {}, 0
        for path, name in ((SERVICE, "Service"), (COLLECTION, "Collection"), ("/org/freedesktop/secrets/aliases/default", "Collection"), (SESSION, "Session")):
            self.register(path, name)

    def register(self, path, name):
        return self.bus.register_object(path, INFO["org.freedesktop.Secret." + name], self.on_call, self.on_get, None)

    def log(self):
        with open(os.environ["WAVE_SECRETS_LOG"], "w", encoding="utf-8") as log:
            json.dump([{"attributes": item.attributes, "label": item.label, "secret": item.secret[2].decode()} for item in self.items.values()], log)

    def pack(self, item):
        return (SESSION, list(item.secret[1]), list(item.secret[2]), item.secret[3])

    def on_call(self, bus, sender, path, interface, method, parameters, invocation):
        args = parameters.unpack()
        answer = None
        if method == "OpenSession":
            if args[0] != "plain":
                invocation.return_dbus_error("org.freedesktop.DBus.Error.NotSupported", "plain only")
                return
            answer = GLib.Variant("(vo)", (GLib.Variant("s", ""), SESSION))
        elif method == "SearchItems":
            found = [at for at, item in self.items.items() if all(item.attributes.get(k) == v for k, v in args[0].items())]
            answer = GLib.Variant("(aoao)", (found, []))
        elif method == "Unlock":
            answer = GLib.Variant("(aoo)", (args[0], "/"))
        elif method == "GetSecrets":
            answer = GLib.Variant("(a{o(oayays)})", ({at: self.pack(self.items[at]) for at in args[0] if at in self.items},))
        elif method == "ReadAlias":
            answer = GLib.Variant("(o)", (COLLECTION,))
        elif method == "CreateItem":
            if self.refuse:
                invocation.return_dbus_error("org.freedesktop.DBus.Error.Failed", "the keyring is full")
                return
            attributes = args[0]["org.freedesktop.Secret.Item.Attributes"]
            item = Item(attributes, args[0]["org.freedesktop.Secret.Item.Label"], (args[1][0], bytes(args[1][1]), bytes(args[1][2]), args[1][3]))
            at = next((at for at, old in self.items.items() if args[2] and old.attributes == attributes), None)
            if at is None:
                self.made += 1
                at = f"{COLLECTION}/{self.made}"
                item.registration = self.register(at, "Item")
            else:
                item.registration = self.items[at].registration
            self.items[at] = item
            answer = GLib.Variant("(oo)", (at, "/"))
            self.log()
        elif method == "Delete":
            self.bus.unregister_object(self.items.pop(path).registration)
            answer = GLib.Variant("(o)", ("/",))
            self.log()
        elif method == "GetSecret":
            answer = GLib.Variant("((oayays))", (self.pack(self.items[path]),))
        invocation.return_value(answer)

    def on_get(self, bus, sender, path, interface, name):
        if interface.endswith("Service"):
            return GLib.Variant("ao", [COLLECTION])
        if name in ("Created", "Modified"):
            return GLib.Variant("t", 1)
        if name == "Locked":
            return GLib.Variant("b", False)
        if interface.endswith("Collection"):
            return GLib.Variant("ao", list(self.items)) if name == "Items" else GLib.Variant("s", "Login")
        item = self.items[path]
        return GLib.Variant("a{ss}", item.attributes) if name == "Attributes" else GLib.Variant("s", item.label)


def main():
    refuse = sys.argv[1] == "--refuse"
    command = sys.argv[2:] if refuse else sys.argv[1:]
    loop = GLib.MainLoop()
    status = [1]

    def on_name(connection, name):
        child = Gio.Subprocess.new(command, Gio.SubprocessFlags.NONE)
        child.wait_async(None, on_end)

    def on_end(child, result):
        child.wait_finish(result)
        status[0] = child.get_exit_status() if child.get_if_exited() else 1
        loop.quit()

    secrets = []
    Gio.bus_own_name(Gio.BusType.SESSION, "org.freedesktop.secrets", Gio.BusNameOwnerFlags.NONE,
                     lambda bus, name: secrets.append(Secrets(bus, refuse)), on_name, lambda bus, name: loop.quit())
    loop.run()
    sys.exit(status[0])


if __name__ == "__main__":
    main()
