// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a Node client can do: take each frame, parse it, keep nothing. node-client.js URL EVENTS
'use strict';
const WebSocket = require('ws');

const [url, wanted] = [process.argv[2], Number(process.argv[3])];
const socket = new WebSocket(url.replace('http', 'ws') + '/v1/stream?token=bench', { perMessageDeflate: false });
let n = 0, durable = 0, cpu, started;

socket.on('message', (data) => {
  const event = JSON.parse(data);

  if (event.type === 'hello') {
    cpu = process.cpuUsage();
    return;
  }
  if (n++ === 0)
    started = process.hrtime.bigint();
  if (event.stream_position !== undefined)
    durable++;
  if (n === wanted) {
    const spent = process.cpuUsage(cpu), took = Number(process.hrtime.bigint() - started) / 1e9;

    console.log(JSON.stringify({ name: 'cpu', value: (spent.user + spent.system) / n, unit: 'µs/event' }));
    console.log(JSON.stringify({ name: 'throughput', value: n / took, unit: 'events/s' }));
    console.log(JSON.stringify({ name: 'rss', value: process.memoryUsage.rss() / 1048576, unit: 'MiB' }));
    process.exit(durable > 0 ? 0 : 1);
  }
});
socket.on('error', (error) => { console.error(error.message); process.exit(1); });
