// Clients that fill their outbox and vanish: `./dev prove vanished-clients [CLIENTS]`. Each opens a session, gets more
// than the server keeps for it, acknowledges nothing and is gone. What the server holds for all of them must stay within
// the bound on detached sessions, and be given back when their window is over.
import assert from 'node:assert/strict';
import net from 'node:net';

import {frame, handshake, opcode} from '../e2e/support/raw_websocket.mjs';
import {Sidecar, until} from '../e2e/support/sidecar.mjs';

const [clientCount = 5000] = process.argv.slice(2).map(Number);
const together = 4;
const mebibyte = 2 ** 20;
const bufferBytes = 4 * mebibyte;
const boundBytes = 256 * mebibyte;
const windowSeconds = 20;

const sidecar = await Sidecar.serve(['--resume-window', String(windowSeconds)]);
const inMebibytes = bytes => `${(bytes / mebibyte).toFixed(0)} MiB`;

const discovery = await (await fetch(`${sidecar.ready.url}/openrpc.json`,
  {headers: {authorization: `Bearer ${sidecar.token}`}})).text();
const callCount = Math.ceil(1.1 * bufferBytes / discovery.length);
const say = message => frame(opcode.text, JSON.stringify({jsonrpc: '2.0', ...message}));
const words = Buffer.concat([
  Buffer.from(handshake(sidecar.ready.ws,
    {Authorization: `Bearer ${sidecar.token}`, 'Sec-WebSocket-Protocol': 'sidewire.1.json'})),
  say({method: 'session.open'}),
  ...Array.from({length: callCount}, (_, id) => say({id, method: 'rpc.discover'})),
]);

/** One client, from its first byte to its end. */
function vanish() {
  return new Promise((resolve, reject) => {
    const socket = net.connect({host: '127.0.0.1', port: sidecar.port});
    let receivedBytes = 0;
    socket.on('connect', () => socket.write(words));
    socket.on('error', reject);
    socket.on('end', () => reject(new Error(`the server closed after ${receivedBytes} bytes`)));
    socket.on('data', bytes => {
      receivedBytes += bytes.length;
      if (receivedBytes < callCount * discovery.length) return;
      socket.resetAndDestroy();
      resolve();
    });
  });
}

async function vanishOneByOne(count) {
  for (; count > 0; --count) await vanish();
}

await vanishOneByOne(2);
const before = sidecar.residentBytes;
let peak = 0;
const watch = setInterval(() => { peak = Math.max(peak, sidecar.residentBytes); }, 50);
await Promise.all(Array.from({length: together}, () => vanishOneByOne(Math.ceil(clientCount / together))));
clearInterval(watch);
console.log(`before ${inMebibytes(before)}, at most ${inMebibytes(peak)} with ${clientCount} clients`);
// Clients that are still connected hold an outbox, with room to grow, and unsent bytes each.
assert.ok(peak - before <= boundBytes + together * 4 * bufferBytes, 'the bound holds');
await until('the memory is given back', () => sidecar.residentBytes - before < boundBytes / 4, 2000 * windowSeconds);
console.log(`${inMebibytes(sidecar.residentBytes)} when their window is over`);
await sidecar.stop();
