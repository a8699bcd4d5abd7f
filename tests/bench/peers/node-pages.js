// SPDX-License-Identifier: GPL-3.0-or-later
// The least that a Node client can do to catch up: ask for each page of sync, parse it, keep nothing. node-pages.js URL SINCE
'use strict';
const http = require('http');

const [url, first] = [process.argv[2], Number(process.argv[3])];
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const cpu = process.cpuUsage(), started = process.hrtime.bigint();
let events = 0;

function ask(since) {
  http.get(`${url}/v1/sync?since=${since}&limit=500&timeout=0`, { agent, headers: { authorization: 'Bearer bench' } }, (answer) => {
    const parts = [];

    answer.on('data', (part) => parts.push(part));
    answer.on('end', () => {
      const page = JSON.parse(Buffer.concat(parts)).data;

      events += page.events.length;
      if (page.has_more) {
        ask(page.next_cursor);
        return;
      }
      const spent = process.cpuUsage(cpu), took = Number(process.hrtime.bigint() - started) / 1e9;

      console.log(JSON.stringify({ name: 'pages', value: took, unit: 's' }));
      console.log(JSON.stringify({ name: 'pages-cpu', value: (spent.user + spent.system) / events, unit: 'µs/event' }));
      console.log(JSON.stringify({ name: 'pages-events', value: events, unit: 'events' }));
      process.exit(0);
    });
  }).on('error', (error) => { console.error(error.message); process.exit(1); });
}
ask(first);
