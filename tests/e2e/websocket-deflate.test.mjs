// RFC 7692 over the wire, of the coverage of the Autobahn suite's sections 12 and 13: against the echo on the server's
// codec, by a client on Node's zlib.
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import {after, before, describe, test} from 'node:test';

import {compressedFrames, deflated, DeflatePeer, parametersOf} from './support/deflate_peer.mjs';
import {frame, handshake, opcode, RawWebSocket} from './support/raw_websocket.mjs';
import {Server} from './support/server.mjs';
import {memoryOf} from './support/sidecar.mjs';

let server;
before(async () => { server = await Server.run('websocket-echo', ['--port', '0']); });
after(() => server?.stop());

const {text, binary, continuation, close, ping, pong} = opcode;

/** A connection that agreed on an offer, and ends with the test. */
function wire(name, offer, body) {
  test(name, async () => {
    const peer = await DeflatePeer.open(server.ready.url, offer);
    try {
      await body(peer);
    } finally {
      peer.destroy();
    }
  });
}

async function expectMessage(peer, op, message) {
  const got = await peer.next();
  assert.ok(got, 'the connection ended');
  assert.equal(got.op, op);
  assert.equal(Buffer.compare(got.payload, Buffer.from(message)), 0, `${got.payload.length} other bytes came`);
  return got;
}

async function expectClose(peer, code) {
  const got = await peer.next();
  assert.equal(got?.op, close);
  assert.equal(got.payload.readUInt16BE(), code);
  assert.equal((await peer.raw.end()).length, 0);
}

/** The answer to an offer, as an object; undefined where it was declined. */
async function answerTo(offer) {
  const socket = await RawWebSocket.connect(server.ready.url);
  try {
    socket.write(handshake(server.ready.url, {'Sec-WebSocket-Extensions': offer}));
    const {status, headers} = await socket.head();
    assert.equal(status, 101);
    return parametersOf(headers['sec-websocket-extensions']);
  } finally {
    socket.destroy();
  }
}

const json = bytes => {
  const entries = [];
  for (let size = 0, index = 0; size < bytes; ++index) {
    entries.push({id: index, name: `name ${index * 7919 % 1000}`, state: index % 3 ? 'READY' : 'ERROR', äöü: null});
    size += 60;
  }
  return Buffer.from(JSON.stringify(entries)).subarray(0, bytes).toString('latin1').replace(/[\x80-\xff]/g, '?');
};
const structured = bytes => {
  const all = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) all.writeInt32LE(at * 31 % 65536, at);
  return all;
};
const payloads = {
  'JSON': {op: text, make: json},
  'random bytes': {op: binary, make: randomBytes},
  'binary data': {op: binary, make: structured},
};
const sizes = [16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072, 200_000];

describe('12 messages of every kind and size', () => {
  for (const [kind, {op, make}] of Object.entries(payloads)) {
    for (const size of sizes) {
      wire(`${kind} of ${size} bytes, many of them`, 'permessage-deflate; client_max_window_bits', async peer => {
        const messages = Array.from({length: size > 30_000 ? 12 : 60}, () => make(size));
        for (const message of messages) await peer.send(op, message);
        for (const message of messages) await expectMessage(peer, op, message);
        if (op === text && size >= 1024) assert.ok(peer.compressedBytes < size * messages.length / 3);
      });
    }
    for (const fragmentBytes of [1, 256, 1024, 4096, 32768]) {
      wire(`${kind} in fragments of ${fragmentBytes}`, 'permessage-deflate', async peer => {
        for (const size of [16, 4096, 131072]) {
          if (size / fragmentBytes > 10_000) continue;
          const message = make(size);
          await peer.send(op, message, {fragmentBytes});
          await expectMessage(peer, op, message);
        }
      });
    }
  }
});

describe('13 every combination of parameters', () => {
  const bits = [undefined, 9, 10, 12, 15];
  for (const serverBits of bits) {
    for (const clientBits of bits) {
      for (const serverReset of [false, true]) {
        for (const clientReset of [false, true]) {
          const offer = ['permessage-deflate',
            serverBits && `server_max_window_bits=${serverBits}`, clientBits && `client_max_window_bits=${clientBits}`,
            serverReset && 'server_no_context_takeover', clientReset && 'client_no_context_takeover',
          ].filter(Boolean).join('; ');
          wire(offer, offer, async peer => {
            assert.deepEqual(peer.agreed, {
              server_max_window_bits: serverBits ?? 15,
              ...(clientBits && {client_max_window_bits: clientBits}),
              ...(serverReset && {server_no_context_takeover: true}),
              ...(clientReset && {client_no_context_takeover: true}),
            });
            const lengths = [];
            for (const [index, size] of [16, 200, 200, 40_000, 40_000, 1024].entries()) {
              const message = json(size);
              await peer.send(text, message, {fragmentBytes: index % 2 ? 70 : undefined});
              const before = peer.compressedBytes;
              assert.ok((await expectMessage(peer, text, message)).compressed || size === 16);
              lengths.push(peer.compressedBytes - before);
            }
            // The same message again is next to nothing where the context is kept.
            if (serverReset) assert.equal(lengths[2], lengths[1]);
            else assert.ok(lengths[2] < lengths[1] / 4, `${lengths}`);
          });
        }
      }
    }
  }
  wire('a client of 8 bits', 'permessage-deflate; client_max_window_bits=8', async peer => {
    assert.equal(peer.agreed.client_max_window_bits, 8);
    for (const size of [16, 5000, 5000]) {
      await peer.send(text, json(size));
      await expectMessage(peer, text, json(size));
    }
  });
});

describe('offers', () => {
  const declined = [
    'permessage-deflate; server_max_window_bits=8', 'permessage-deflate; server_max_window_bits',
    'permessage-deflate; unknown', 'permessage-deflate; server_max_window_bits=16',
    'permessage-deflate; client_max_window_bits=7', 'permessage-deflate; server_no_context_takeover=1',
    'permessage-deflate; client_no_context_takeover; client_no_context_takeover', 'x-webkit-deflate-frame',
  ];
  for (const offer of declined) test(`${offer} is declined`, async () => assert.equal(await answerTo(offer), undefined));
  test('the next offer is taken where the first is not', async () => {
    const offers = 'permessage-deflate; server_max_window_bits=8, permessage-deflate; server_max_window_bits="11"';
    assert.deepEqual(await answerTo(offers), {server_max_window_bits: 11});
  });
  test('a malformed one is 400', async () => {
    const socket = await RawWebSocket.connect(server.ready.url);
    socket.write(handshake(server.ready.url, {'Sec-WebSocket-Extensions': 'permessage-deflate;'}));
    assert.equal((await socket.head()).status, 400);
    socket.destroy();
  });
});

describe('frames', () => {
  const offer = 'permessage-deflate';
  wire('control frames between the fragments of a compressed message', offer, async peer => {
    const frames = [...compressedFrames(text, await deflated(json(4096)), 100)];
    assert.ok(frames.length > 4);
    for (const piece of frames) peer.raw.write(piece, frame(ping, 'now'));
    for (let index = 1; index < frames.length; ++index) await expectMessage(peer, pong, 'now');
    await expectMessage(peer, text, json(4096));
    await expectMessage(peer, pong, 'now');
  });
  wire('a byte at a time', offer, async peer => {
    await peer.raw.writeChopped(Buffer.concat([...compressedFrames(text, await deflated('a message, a message'))]), 1);
    await expectMessage(peer, text, 'a message, a message');
  });
  wire('compressed and plain messages in turn', offer, async peer => {
    for (let index = 0; index < 20; ++index) {
      const message = `${index} ${json(500)}`;
      if (index % 3) await peer.send(text, message);
      else peer.sendPlain(text, message);
      await expectMessage(peer, text, message);
    }
  });
  wire('a message that does not get smaller comes as it is', offer, async peer => {
    const message = randomBytes(5000);
    await peer.send(binary, message);
    assert.equal((await expectMessage(peer, binary, message)).compressed, false);
    await peer.send(text, json(5000));
    assert.equal((await expectMessage(peer, text, json(5000))).compressed, true);
  });
  wire('an empty message', offer, async peer => {
    await peer.send(text, '');
    await expectMessage(peer, text, '');
  });
  const fails = (name, code, bytes) => wire(name, offer, async peer => {
    peer.raw.write(...await bytes());
    await expectClose(peer, code);
  });
  fails('RSV1 on a ping', 1002, () => [frame(ping, '', {rsv: 4})]);
  fails('RSV1 on a close', 1002, () => [frame(close, '', {rsv: 4})]);
  fails('RSV2', 1002, () => [frame(text, '', {rsv: 2})]);
  fails('RSV1 on a continuation', 1002, async () => {
    const payload = await deflated(json(1000));
    return [frame(text, payload.subarray(0, 9), {fin: false, rsv: 4}), frame(continuation, payload.subarray(9), {rsv: 4})];
  });
  fails('no stream', 1007, () => [frame(text, Buffer.of(0x07), {rsv: 4})]);
  fails('a stream that was cut', 1007, async () =>
    [frame(text, (await deflated(json(1000))).subarray(0, 40), {rsv: 4})]);
  fails('a text that is none', 1007, async () => compressedFrames(text, await deflated(Buffer.of(0x61, 0xFF))));
});

describe('bombs', () => {
  const mebibyte = 1024 * 1024;
  /** 1 GiB of zeros in about 1 MB: a piece that refers to nothing before it, again and again. */
  async function bomb() {
    const {constants, createDeflateRaw} = await import('node:zlib');
    const stream = createDeflateRaw({level: 9});
    const pieces = [];
    stream.on('data', piece => pieces.push(piece));
    stream.write(Buffer.alloc(mebibyte));
    await new Promise(resolve => stream.flush(constants.Z_FULL_FLUSH, resolve));
    stream.close();
    const once = Buffer.concat(pieces);
    const all = Buffer.concat(Array.from({length: 1024}, () => once));
    assert.ok(all.length < 1.5 * mebibyte);
    return all;
  }
  const peakBytes = pid => memoryOf(pid, 'VmHWM');

  for (const [name, fragmentBytes] of [['in one frame', Infinity], ['in fragments', 1000]]) {
    test(`1 GiB ${name} ends 1009 and costs no more than the message limit`, async () => {
      const own = await Server.start(['--compression', 'on', '--max-message-bytes', `${16 * mebibyte}`]);
      try {
        const payload = await bomb();
        const before = peakBytes(own.ready.pid);
        const peer = await DeflatePeer.open(`${own.ready.url}/rpc`, 'permessage-deflate',
          {Authorization: `Bearer ${own.ready.token}`});
        peer.raw.write(...compressedFrames(binary, payload, fragmentBytes));
        await expectClose(peer, 1009);
        peer.destroy();
        const grown = peakBytes(own.ready.pid) - before;
        // The message so far, and what it grew out of.
        assert.ok(grown < 48 * mebibyte, `${grown / mebibyte} MiB`);
        assert.deepEqual((await own.call('system.echo', [1])).result, [1], 'the others are served on');
      } finally {
        await own.stop();
      }
    });
  }
});
