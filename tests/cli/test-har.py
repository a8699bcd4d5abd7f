#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is exported is what other programs expect: HAR against a schema of HAR 1.2, recordings against data/wavescope-recording.schema.json."""
import base64
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

CLI, RECORDING_SCHEMA = sys.argv[1:3]
HAR_SCHEMA = pathlib.Path(__file__).parent / 'har-1.2.schema.json'

TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'null': type(None)}


def is_type(value, name):
    if name == 'integer':
        return isinstance(value, int) and not isinstance(value, bool)
    if name == 'number':
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    return isinstance(value, TYPES[name])


def faults(value, schema, root, path='$'):
    """What of @value is not as @schema says. As much of JSON Schema as the two schemas use; what is not known fails, so that nothing passes unseen."""
    known = {'$ref', 'type', 'required', 'properties', 'items', 'minimum', 'pattern', 'enum', 'const', 'oneOf', 'anyOf', 'not'}
    noted = {'$comment', '$schema', '$id', 'title', 'description', '$defs', 'format', 'contentEncoding'}
    assert not set(schema) - known - noted, f'the schema at {path} says more than this test knows: {set(schema) - known - noted}'
    if '$ref' in schema:
        target = root
        for part in schema['$ref'].removeprefix('#/').split('/'):
            target = target[part]
        yield from faults(value, target, root, path)
    if 'type' in schema:
        wanted = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
        if not any(is_type(value, name) for name in wanted):
            yield f'{path} is no {wanted}: {value!r:.80}'
            return
    if 'enum' in schema and value not in schema['enum'] or 'const' in schema and value != schema['const']:
        yield f'{path} is {value!r:.80}'
    if 'minimum' in schema and value < schema['minimum']:
        yield f'{path} is {value}, less than {schema["minimum"]}'
    if 'pattern' in schema and not re.search(schema['pattern'], value):
        yield f'{path} does not look like {schema["pattern"]}: {value!r:.80}'
    if isinstance(value, dict):
        for name in schema.get('required', []):
            if name not in value:
                yield f'{path} has no {name}'
        for name, inner in schema.get('properties', {}).items():
            if name in value:
                yield from faults(value[name], inner, root, f'{path}.{name}')
    if isinstance(value, list) and 'items' in schema:
        for i, element in enumerate(value):
            yield from faults(element, schema['items'], root, f'{path}[{i}]')
    if 'oneOf' in schema:
        n = sum(not list(faults(value, inner, root, path)) for inner in schema['oneOf'])
        if n != 1:
            yield f'{path} is {n} of the kinds that it may be: {value!r:.120}'
    if 'anyOf' in schema and all(list(faults(value, inner, root, path)) for inner in schema['anyOf']):
        yield f'{path} is nothing that it may be'
    if 'not' in schema and not list(faults(value, schema['not'], root, path)):
        yield f'{path} is what it must not be'


def validate(value, schema):
    found = list(faults(value, schema, schema))
    assert not found, '\n'.join(found[:10])


def convert(*args):
    done = subprocess.run([CLI, 'convert', *args], capture_output=True, timeout=60, env={**os.environ, 'LC_ALL': 'C.UTF-8'})
    assert done.returncode == 0, done.stderr.decode()


FRAMES = [
    (0, 'stream', b'{"type":"hello","server_name":"har.example","tenant_id":"t-1","ts":"2026-06-02T07:16:09Z"}'),
    (1500, 'stream', '{"type":"swp.room.message","id":"e1","room_id":"r","sender_id":"p","stream_position":5,"content":{"msgtype":"swp.text","body":"ü \\" \\\\ \\u0007"}}'.encode()),
    (2000, 'stream', b'not JSON \x01 "'),
    (2500, 'stream', b'\xff\xfe no text'),
    (9000000, 'sync', b'{"event_type":"swp.room.name","id":"e2","room_id":"r","sender_id":"p","stream_position":6,"content":{"name":"N"}}'),
    (9000000, 'sync', b'{"event_type":"swp.room.topic","id":"e3","room_id":"r","sender_id":"p","stream_position":7,"content":{"topic":"T"}}'),
    (9500000, 'stream', b'{"type":"typing","room_id":"r","participant_id":"p","typing":true}'),
]


def write_recording(path):
    with open(path, 'w', encoding='utf-8') as out:
        out.write('{"wavescope_recording":1,"tenant_id":"t-1","server_name":"har.example","started_at":"2026-06-02T07:16:09.250000Z","app_version":"1"}\n')
        out.write('{"t_us":0,"state":"live","reason":"caught-up","caught_up":{"from_position":-1,"to_position":4,"pages":1,"events":3,"known":0,"complete":true,"duration_us":900}}\n')
        out.write('{"t_us":0,"snapshot":"/v1/rooms","body":{"data":[{"id":"r","name":"Room"}]}}\n')
        for t_us, via, frame in FRAMES:
            try:
                member = '"frame":' + json.dumps(frame.decode(), ensure_ascii=False)
            except UnicodeDecodeError:
                member = '"frame_base64":"' + base64.b64encode(frame).decode() + '"'
            out.write('{"t_us":%d,"via":"%s",%s}\n' % (t_us, via, member))
        out.write('{"something":"new"}\n')


def lines_of(path):
    with open(path, encoding='utf-8') as text:
        return [json.loads(line) for line in text]


def test_har(home):
    source, har = os.path.join(home, 'a.wavescope.ndjson'), os.path.join(home, 'a.har')
    write_recording(source)
    convert(source, har)
    document = json.load(open(har, encoding='utf-8'))
    validate(document, json.load(open(HAR_SCHEMA, encoding='utf-8')))
    sockets = [entry for entry in document['log']['entries'] if entry.get('_resourceType') == 'websocket']
    assert len(sockets) == 1
    assert sockets[0]['request']['url'] == 'wss://har.example/v1/stream', sockets[0]['request']['url']
    assert sockets[0]['request']['queryString'] == []
    assert sockets[0]['response']['status'] == 101
    messages = sockets[0]['_webSocketMessages']
    wanted = [(t, f) for t, via, f in FRAMES if via == 'stream']
    assert len(messages) == len(wanted)
    for message, (t_us, frame) in zip(messages, wanted):
        data = base64.b64decode(message['data']) if message['opcode'] == 2 else message['data'].encode()
        assert data == frame, (data, frame)
        assert abs(message['time'] - (1780384569.25 + t_us / 1e6)) < 2e-6, message['time']
    pages = [entry for entry in document['log']['entries'] if entry.get('_resourceType') != 'websocket']
    assert len(pages) == 1 and '/v1/sync' in pages[0]['request']['url']
    assert 'e2' in pages[0]['response']['content']['text'] and 'e3' in pages[0]['response']['content']['text']


def test_schema_of_recordings(home):
    schema = json.load(open(RECORDING_SCHEMA, encoding='utf-8'))
    source = os.path.join(home, 'b.wavescope.ndjson')
    write_recording(source)
    for line in lines_of(source):
        validate(line, schema)
    for options in [], ['--anonymise']:
        target = os.path.join(home, 'c.wavescope.ndjson')
        convert(*options, source, target)
        for line in lines_of(target):
            validate(line, schema)
    # The schema tells right from wrong.
    for wrong in ({'t_us': 1, 'via': 'pigeon', 'frame': ''}, {'t_us': 'soon', 'state': 'live'}, {'wavescope_recording': 2, 'started_at': ''},
                  {'t_us': 1, 'snapshot': '/v1/me', 'body': 'text'}):
        assert list(faults(wrong, schema, schema)), wrong


def test_round_trip(home):
    source = os.path.join(home, 'd.wavescope.ndjson')
    write_recording(source)
    before = lines_of(source)
    former = source
    for suffix in '.gz', '.zst', '':
        target = os.path.join(home, 'e.wavescope.ndjson' + suffix)
        convert(former, target)
        former = target
    assert lines_of(former) == before
    anonymous = os.path.join(home, 'f.wavescope.ndjson')
    convert('--anonymise', source, anonymous)
    timing = [(line['t_us'], line['via'], len(line['frame'].encode()) if 'frame' in line else len(base64.b64decode(line['frame_base64'])))
              for line in lines_of(anonymous) if 'via' in line]
    assert timing == [(t, via, len(frame)) for t, via, frame in FRAMES], timing
    assert 'har.example' not in open(anonymous, encoding='utf-8').read()


def main():
    tests = [test_har, test_schema_of_recordings, test_round_trip]
    print(f'1..{len(tests)}')
    failed = 0
    for number, function in enumerate(tests, 1):
        with tempfile.TemporaryDirectory() as home:
            try:
                function(home)
                print(f'ok {number} - {function.__name__}')
            except Exception as fault:  # noqa: BLE001
                failed += 1
                print(f'not ok {number} - {function.__name__}')
                print('\n'.join('# ' + line for line in f'{type(fault).__name__}: {fault}'.splitlines()))
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
