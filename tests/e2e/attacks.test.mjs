// What hostile and broken peers do, and that nobody else notices. Loopback only, bounded loops.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {after, before, test} from 'node:test';

import {encode} from '@msgpack/msgpack';

import {Sidecar, until} from './support/sidecar.mjs';
import {Wire, call, frame, frameHead, post} from './support/wire.mjs';

const mebibyte = 1024 * 1024;
const maxUnsentBytes = mebibyte;
let sidecar;
let bystander;  // a WebSocket that is there all the time

before(async () => {
  sidecar = await Sidecar.serve([
    '--handshake-timeout', '3', '--max-unsent-bytes', String(maxUnsentBytes), '--write-timeout', '3',
    '--heartbeat', '300', '--close-timeout', '2']);
  bystander = await Wire.webSocket(sidecar);
});
after(async () => {
  await othersAreServed();
  bystander.destroy();
  assert.equal((await sidecar.stop()).status, 0);
});

/** An old connection and a new one are answered. */
async function othersAreServed() {
  assert.deepEqual((await bystander.call('system.echo', ['still here'])).result, ['still here']);
  const wire = await Wire.open(sidecar);
  assert.equal((await wire.send(post(sidecar, call('system.echo', []))).response()).status, 200);
  wire.destroy();
}

test('a handshake dripped a byte a second ends with the time-out, while others are served', async () => {
  const wire = await Wire.open(sidecar);
  const request = 'GET /rpc HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n';
  let sent = 0;
  const drip = setInterval(() => wire.send(request[sent++]), 1000);
  wire.send(request[sent++]);
  await othersAreServed();
  await until('the server gives up', () => wire.ended);
  clearInterval(drip);
  assert.match(wire.received.toString(), /^HTTP\/1\.1 408 /);
  assert.ok(sent < 10, 'it did not wait for the rest');
  wire.destroy();
});

test('200 half-open connections do not keep others from being served, and are closed', async () => {
  const halfOpen = await Promise.all(Array.from({length: 200}, () => Wire.open(sidecar)));
  for (const [index, wire] of halfOpen.entries()) {
    if (index % 2 === 0) wire.send('POST /rpc HTTP/1.1\r\n');
  }
  for (let round = 0; round < 5; ++round) await othersAreServed();
  await until('all of them are closed', () => halfOpen.every(wire => wire.ended));
  for (const wire of halfOpen) wire.destroy();
});

test('a client that never reads is not read from, costs bounded memory, and is closed', async () => {
  const resident = sidecar.residentBytes;
  const wire = await Wire.webSocket(sidecar);
  wire.socket.pause();
  wire.socket.on('error', () => {});
  const message = frame(call('system.echo', ['x'.repeat(100_000)]));
  for (let count = 0; count < 640; ++count) wire.send(message);  // 61 MiB
  let most = 0;
  await until('the server closes', async () => {
    most = Math.max(most, sidecar.residentBytes - resident);
    await othersAreServed();
    return wire.socket.destroyed || (await connectionCount()) === 2;
  });
  assert.ok(most < 8 * maxUnsentBytes, `${most} bytes more were resident`);
  wire.destroy();
});

/** How many connections the server has, the bystander's and the one that asks included. */
async function connectionCount() {
  const wire = await Wire.open(sidecar);
  const response = await wire.send(post(sidecar, call('system.stats'))).response();
  wire.destroy();
  return JSON.parse(response.body).result.server.connections;
}

test('a frame that announces 2^63 bytes, or just too many, closes at once', async () => {
  const resident = sidecar.residentBytes;
  for (const [length, code] of [[2n ** 63n, 1002], [2n ** 63n - 1n, 1009], [2n ** 40n, 1009], [16n * 2n ** 20n + 1n, 1009]]) {
    const wire = await Wire.webSocket(sidecar);
    wire.send(frameHead(length));
    assert.equal((await wire.frame()).closeCode, code, String(length));
    wire.destroy();
  }
  assert.ok(sidecar.residentBytes - resident < 4 * mebibyte);
  await othersAreServed();
});

test('announced bytes that never come cost no memory', async () => {
  const resident = sidecar.residentBytes;
  const wires = [];
  for (let count = 0; count < 50; ++count) {
    const wire = await Wire.webSocket(sidecar);
    wires.push(wire.send(frameHead(16n * 2n ** 20n)).send('x'.repeat(100)));
    const http = await Wire.open(sidecar);
    wires.push(http.send('POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `Authorization: Bearer ${sidecar.token}\r\nContent-Length: 16777216\r\n\r\n[`));
  }
  await othersAreServed();
  assert.ok(sidecar.residentBytes - resident < 16 * mebibyte);
  for (const wire of wires) wire.destroy();
});

const depthBombs = {
  'arrays': '['.repeat(1_000_000),
  'closed arrays': '['.repeat(100_000) + ']'.repeat(100_000),
  'objects': '{"a":'.repeat(200_000),
  'arrays within params': call('system.echo', 0).replace('"params":0',
    `"params":[${'['.repeat(100_000)}${']'.repeat(100_000)}]`),
};
for (const [what, text] of Object.entries(depthBombs)) {
  test(`a depth bomb of ${what} in JSON is a parse error over WebSocket and POST`, async () => {
    const wire = await Wire.webSocket(sidecar);
    wire.sendFrame(text);
    assert.equal(JSON.parse((await wire.frame()).payload).error.code, -32700);
    assert.deepEqual((await wire.call('system.echo', [1])).result, [1], 'the connection goes on');
    wire.destroy();
    const http = await Wire.open(sidecar);
    const response = await http.send(post(sidecar, text)).response();
    assert.equal(JSON.parse(response.body).error.code, -32700);
    http.destroy();
  });
}

const packedBombs = {
  'arrays': Buffer.alloc(1_000_000, 0x91),
  'maps': Buffer.from('81a161'.repeat(200_000), 'hex'),
  'closed arrays': Buffer.concat([Buffer.alloc(100_000, 0x91), Buffer.from([0xc0])]),
  'an array of 2^32 - 1': Buffer.from('ddffffffff', 'hex'),
  'a map of 2^32 - 1': Buffer.from('dfffffffff', 'hex'),
  'bytes of 2^32 - 1': Buffer.from('c6ffffffff', 'hex'),
};
for (const [what, bytes] of Object.entries(packedBombs)) {
  test(`a bomb of ${what} in MessagePack is a parse error, without the memory that it announces`, async () => {
    const resident = sidecar.residentBytes;
    const wire = await Wire.webSocket(sidecar);
    wire.sendFrame(bytes, 2);
    const answer = await wire.frame();
    assert.equal(answer.opcode, 2);
    assert.ok(answer.payload.includes('parse_error'));
    wire.sendFrame(encode({jsonrpc: '2.0', id: 1, method: 'system.echo', params: [1]}), 2);
    assert.ok((await wire.frame()).payload.includes('result'), 'the connection goes on');
    wire.destroy();
    const http = await Wire.open(sidecar);
    const response = await http.send(post(sidecar, bytes, {type: 'application/msgpack'})).response();
    assert.ok(response.body.includes('parse_error'));
    http.destroy();
    assert.ok(sidecar.residentBytes - resident < 64 * mebibyte);
  });
}

test('a batch bomb is one limit_exceeded, and nothing of it runs', async () => {
  const elements = Array.from({length: 100_000}, (_, id) => call('system.wait', {ms: 0}, id));
  for (const batch of [elements, elements.slice(0, 101)]) {
    const wire = await Wire.webSocket(sidecar);
    const before = await callCount();
    wire.sendFrame(`[${batch}]`);
    const answer = JSON.parse((await wire.frame()).payload);
    assert.equal(answer.id, null);
    assert.deepEqual([answer.error.data.kind, answer.error.data.limit], ['limit_exceeded', 'maxBatch']);
    assert.equal(await callCount() - before, 1, 'but the call that asks');
    wire.destroy();
  }
  const nested = await Wire.webSocket(sidecar);
  nested.sendFrame(`[${Array(50_000).fill('[[]]')}]`);
  assert.equal(JSON.parse((await nested.frame()).payload).error.data.kind, 'limit_exceeded');
  nested.destroy();
});

async function callCount() {
  const wire = await Wire.open(sidecar);
  const response = await wire.send(post(sidecar, call('system.stats'))).response();
  wire.destroy();
  return JSON.parse(response.body).result.server.calls;
}

test('more calls than may be in flight are answered server_busy, the others later', async () => {
  const wire = await Wire.webSocket(sidecar);
  const all = [];
  for (let id = 0; id < 1100; ++id) all.push(frame(call('system.wait', {ms: 300}, id)));
  wire.send(Buffer.concat(all));
  let busy = 0;
  for (let count = 0; count < 1100; ++count) {
    const answer = JSON.parse((await wire.frame()).payload);
    if (answer.error) {
      assert.equal(answer.error.data.kind, 'server_busy');
      ++busy;
    }
  }
  assert.equal(busy, 1100 - 1024);
  wire.destroy();
});

test('a client that is killed in the middle of a frame is forgotten, and its calls with it', async () => {
  const client = spawn(process.execPath, ['--input-type=module', '--eval', `
    import {Wire, call, frame} from ${JSON.stringify(new URL('./support/wire.mjs', import.meta.url).href)};
    const wire = await Wire.webSocket({ready: {}, port: ${sidecar.port}, token: process.env.TOKEN});
    wire.sendFrame(call('system.wait', {ms: 600000}));
    wire.socket.write(frame('x'.repeat(50000)).subarray(0, 20000), () => console.log('sent'));
    setInterval(() => {}, 1000);`],
  {env: {...process.env, TOKEN: sidecar.token}, stdio: ['ignore', 'pipe', 'inherit']});
  await once(client.stdout, 'data');
  client.kill('SIGKILL');
  await once(client, 'exit');
  await until('nothing of it is left', async () => {
    const wire = await Wire.open(sidecar);
    const response = await wire.send(post(sidecar, call('system.stats'))).response();
    wire.destroy();
    const {callsInFlight} = JSON.parse(response.body).result.server;
    return callsInFlight === 0;
  });
  await othersAreServed();
});

test('5,000 connects and disconnects leave neither descriptors nor memory behind', async () => {
  const rounds = async count => {
    for (let round = 0; round < count / 50; ++round) {
      await Promise.all(Array.from({length: 50}, async (_, index) => {
        const kind = (round + index) % 4;
        if (kind === 0) return (await Wire.webSocket(sidecar)).destroy();
        const wire = await Wire.open(sidecar);
        if (kind === 1) await wire.send(post(sidecar, call('system.echo', []))).response();
        if (kind === 2) wire.send('GET /rp');
        kind === 3 ? wire.socket.resetAndDestroy() : wire.destroy();
      }));
    }
  };
  const settled = () => until('all are gone', () => sidecar.descriptorCount <= descriptors);
  const descriptors = sidecar.descriptorCount;
  await rounds(500);
  await settled();
  const resident = sidecar.residentBytes;
  await rounds(4500);
  await settled();
  assert.ok(sidecar.residentBytes - resident < 2 * mebibyte, 'no more than the first 500 left');
});

test('garbage of every kind ends its own connection alone', async () => {
  const garbage = [
    Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), Buffer.alloc(20_000, 0xff), Buffer.alloc(20_000, 0),
    Buffer.from('\r\n'.repeat(50_000)), Buffer.from('A'.repeat(100_000)), Buffer.from('GET '.repeat(10_000))];
  for (const bytes of garbage) {
    const wire = await Wire.open(sidecar);
    wire.send(bytes).socket.end();
    await wire.end();
  }
  for (const bytes of [[0xff, 0xff], [0x81, 0x05], [0x83, 0x80, 0, 0, 0, 0], [0x88, 0x81, 0, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0]]) {
    const wire = await Wire.webSocket(sidecar);
    wire.send(Buffer.from(bytes));
    assert.equal((await wire.frame()).closeCode, 1002, String(bytes));
    wire.destroy();
  }
  await othersAreServed();
});
