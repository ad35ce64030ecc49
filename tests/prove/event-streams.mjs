// 1,000 subscribers on event streams cost under 10 MB more than as many on WebSockets, each with a session and a
// subscription: `./dev prove event-streams [SUBSCRIBERS]`.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import http from 'node:http';

import {post} from '../e2e/support/http_session.mjs';
import {Server} from '../e2e/support/server.mjs';
import {until} from '../e2e/support/sidecar.mjs';
import {SlowReader} from '../e2e/support/slow_reader.mjs';

const count = Number(process.argv[2] ?? 1_000);
const maxDifferenceBytes = 10 * 1000 * 1000;
const topic = 'metrics';

/** A session on an event stream with a subscription; hands out what came. */
function openStream(server) {
  const stream = {count: 0};
  const {port} = new URL(server.ready.url);
  stream.request = http.get({host: '127.0.0.1', port, path: '/rpc', agent: false,
    headers: {authorization: `Bearer ${server.ready.token}`, accept: 'text/event-stream'}}, response => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', part => {
      text += part;
      const events = text.split('\n\n');
      text = events.pop();
      for (const event of events) {
        const token = /"resumeToken":"([^"]+)"/.exec(event)?.[1];
        if (token) subscribe(server, token);
        if (/^id: /m.test(event)) stream.count += 1;
      }
    });
  });
  stream.request.on('error', () => {});
  stream.close = () => stream.request.destroy();
  return stream;
}

const subscribe = (server, token) => post(server, token,
  {first: 1, messages: [{jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: {topic}}]});

async function openWebSocket(server) {
  const reader = await SlowReader.connect(server, 'sidewire.1.json');
  await reader.call('topic.subscribe', {topic});
  return {get count() { return reader.received.length; }, close: () => reader.close()};
}

const residentBytes = server =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${server.ready.pid}/status`, 'utf8'))[1]) * 1024;

/** Memory once every subscriber has had two events. */
async function measure(open) {
  const server = await Server.start(['--metrics-interval', '0.5']);
  const before = residentBytes(server);
  const subscribers = [];
  for (let at = 0; at < count; at += 50) {
    subscribers.push(...await Promise.all(Array.from({length: Math.min(50, count - at)}, () => open(server))));
  }
  await until('each has had two events', () => subscribers.every(one => one.count >= 3));
  const grown = residentBytes(server) - before;
  for (const one of subscribers) one.close();
  await server.stop();
  return grown;
}

const websocket = await measure(openWebSocket);
const streams = await measure(openStream);
console.log(`${count} subscribers: ${websocket} bytes on WebSockets, ${streams} on event streams: ` +
  `${streams - websocket} more (under ${maxDifferenceBytes})`);
assert.ok(streams - websocket < maxDifferenceBytes);
