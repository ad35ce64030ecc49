// WebSocket is blocked, then not any more: the client is back on it within 10 s, and nothing of its subscription is lost or
// comes twice: `./dev prove unblocked [BLOCKED_SECONDS]`.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {program, Server} from '../e2e/support/server.mjs';
import {until} from '../e2e/support/sidecar.mjs';

const blockedMs = Number(process.argv[2] ?? 20) * 1000;
const maxReturnMs = 10_000;
const publishEveryMs = 5;

const folder = mkdtempSync(join(tmpdir(), 'sidewire-unblocked-'));
process.on('exit', () => rmSync(folder, {recursive: true}));
writeFileSync(join(folder, 'sidewire.toml'),
  '[[topic]]\nname = "ticks"\nevents = ["tick"]\nhistory-count = 10000\npublish = ""\n');
const server = await Server.start(['--config', join(folder, 'sidewire.toml')]);

let isBlocked = true;
const sockets = new Set();
const proxy = net.createServer(client => {
  const back = net.connect(Number(new URL(server.ready.url).port), '127.0.0.1');
  for (const socket of [client, back]) {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => { client.destroy(); back.destroy(); sockets.delete(socket); });
  }
  client.on('data', bytes => {
    if (isBlocked && /upgrade: websocket/i.test(bytes.toString('latin1'))) {
      return client.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    }
    back.write(bytes);
  });
  back.on('data', bytes => client.write(bytes));
}).listen(0, '127.0.0.1');
await once(proxy, 'listening');

const cli = spawn(program('sidewire-cli'), ['--url', `http://127.0.0.1:${proxy.address().port}`, 'subscribe', 'ticks'],
  {env: {...process.env, SIDEWIRE_TOKEN: server.ready.token}});
let output = '';
let notes = '';
cli.stdout.on('data', text => { output += text; });
cli.stderr.on('data', text => { notes += text; });
await until('the subscription', () => notes.includes('over sse'));

let published = 0;
const publishing = setInterval(() => {
  const n = ++published;
  server.call('topic.publish', {topic: 'ticks', method: 'tick', params: {n}}).catch(() => {});
}, publishEveryMs);
await new Promise(resolve => setTimeout(resolve, blockedMs));
isBlocked = false;
const began = performance.now();
while (!notes.includes('over websocket') && performance.now() - began < 2 * maxReturnMs) {
  await new Promise(resolve => setTimeout(resolve, 10));
}
const returnMs = performance.now() - began;
clearInterval(publishing);
const offsets = () => output.split('\n').filter(Boolean).map(line => JSON.parse(line).offset);
await until('the last publication', () => offsets().length >= published);
cli.kill('SIGINT');
await once(cli, 'close');
for (const socket of sockets) socket.destroy();
proxy.close();
await server.stop();
const seen = offsets();
assert.deepEqual(seen, seen.map((_, index) => seen[0] + index), 'each once and in order');
assert.ok(seen.length >= published);
console.log(`blocked for ${blockedMs / 1000} s, back on WebSocket ${returnMs.toFixed(0)} ms after (under ${maxReturnMs}); ` +
  `${seen.length} publications, none lost, repeated or out of order`);
assert.ok(returnMs < maxReturnMs);
