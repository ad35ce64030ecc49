// RFC 6455 over the wire, against the echo on the server's codec and transport. The names of the groups are those of
// the Autobahn suite's sections; the codec's unit tests have each case of them.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {closeFrame, frame, handshake, opcode, RawWebSocket} from './support/raw_websocket.mjs';
import {Server} from './support/server.mjs';

let server;
before(async () => { server = await Server.run('websocket-echo', ['--port', '0']); });
after(() => server?.stop());

const {text, binary, continuation, close, ping, pong} = opcode;

/** A case: a connection after its handshake, which ends with the test. */
function wire(name, body) {
  test(name, async () => {
    const socket = await RawWebSocket.open(server.ready.url);
    try {
      await body(socket);
    } finally {
      socket.destroy();
    }
  });
}

async function expectFrame(socket, op, payload = '') {
  const got = await socket.frame();
  assert.ok(got, 'the connection ended');
  const {payload: bytes, ...rest} = got;
  assert.deepEqual(rest, {op, fin: true, rsv: 0, masked: false});
  assert.equal(Buffer.compare(bytes, Buffer.from(payload)), 0, `${bytes.length} other bytes came`);
}

/** A close frame with the code (without for null), and then, in this order, the end of the stream. */
async function expectClose(socket, code) {
  const got = await socket.frame();
  assert.equal(got?.op, close);
  assert.equal(got.payload.length === 0 ? null : got.payload.readUInt16BE(), code);
  assert.equal((await socket.end()).length, 0);
}

/** That the frames are echoed as one message. */
async function expectEcho(socket, op, payload) {
  socket.write(frame(op, payload));
  await expectFrame(socket, op, payload);
}

/** That the bytes fail the connection. */
const fails = (name, code, ...bytes) => wire(name, async socket => {
  socket.write(...bytes);
  await expectClose(socket, code);
});

describe('1 framing', () => {
  for (const [name, op] of [['text', text], ['binary', binary]]) {
    for (const size of [0, 1, 125, 126, 127, 128, 65535, 65536]) {
      wire(`a ${name} message of ${size} bytes`, socket => expectEcho(socket, op, 'x'.repeat(size)));
    }
    wire(`a ${name} message in pieces of 997 bytes`, async socket => {
      const payload = 'x'.repeat(65536);
      await socket.writeChopped(frame(op, payload), 997);
      await expectFrame(socket, op, payload);
    });
  }
  wire('a message a byte at a time', async socket => {
    await socket.writeChopped(frame(text, 'wörter'.repeat(40)), 1);
    await expectFrame(socket, text, 'wörter'.repeat(40));
  });
  fails('a length of 7 bits in 16', 1002, frame(text, 'x', {lengthBytes: 2}));
  fails('a length of 16 bits in 64', 1002, frame(text, 'x'.repeat(200), {lengthBytes: 8}));
  fails('a length of 2^63', 1002, frame(binary, '', {length: 2n ** 63n, lengthBytes: 8}));
  fails('a frame without a mask', 1002, frame(text, 'x', {masked: false}));
});

describe('2 pings and pongs', () => {
  for (const size of [0, 5, 125]) {
    wire(`a ping of ${size} bytes`, async socket => {
      const payload = Buffer.alloc(size, 0xFE);
      socket.write(frame(ping, payload));
      await expectFrame(socket, pong, payload);
    });
  }
  fails('a ping of 126 bytes', 1002, frame(ping, 'x'.repeat(126)));
  wire('a pong that nobody asked for', async socket => {
    socket.write(frame(pong, 'here'), frame(ping, 'there'));
    await expectFrame(socket, pong, 'there');
  });
  wire('ten pings at once, and ten in pieces', async socket => {
    const pings = Array.from({length: 10}, (_, index) => frame(ping, `ping ${index}`));
    socket.write(...pings);
    await socket.writeChopped(Buffer.concat(pings), 3);
    for (let index = 0; index < 20; ++index) await expectFrame(socket, pong, `ping ${index % 10}`);
  });
});

describe('3 reserved bits', () => {
  for (const rsv of [1, 2, 3, 4, 5, 6, 7]) fails(`reserved bits ${rsv}`, 1002, frame(text, 'x', {rsv}));
  wire('what came before them is answered', async socket => {
    socket.write(frame(text, 'before'), frame(ping, 'x', {rsv: 1}));
    await expectFrame(socket, text, 'before');
    await expectClose(socket, 1002);
  });
});

describe('4 opcodes', () => {
  for (const op of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) fails(`opcode ${op}`, 1002, frame(op, 'x'));
});

describe('5 fragments', () => {
  const first = (op, payload) => frame(op, payload, {fin: false});
  wire('a message in two', async socket => {
    socket.write(first(text, 'one '), frame(continuation, 'two'));
    await expectFrame(socket, text, 'one two');
  });
  wire('a message in a hundred, a ping between each', async socket => {
    socket.write(first(binary, ''));
    for (let index = 0; index < 98; ++index) socket.write(first(continuation, 'x'), frame(ping, `${index}`));
    socket.write(frame(continuation, 'x'));
    for (let index = 0; index < 98; ++index) await expectFrame(socket, pong, `${index}`);
    await expectFrame(socket, binary, 'x'.repeat(99));
  });
  wire('fragments in pieces', async socket => {
    await socket.writeChopped(Buffer.concat([first(text, 'frag'), frame(ping), frame(continuation, 'ment')]), 1);
    await expectFrame(socket, pong);
    await expectFrame(socket, text, 'fragment');
  });
  fails('a ping in fragments', 1002, first(ping, 'x'), frame(continuation, 'x'));
  fails('a continuation of nothing', 1002, frame(continuation, 'x'));
  fails('a first fragment of nothing', 1002, first(continuation, 'x'));
  fails('a message within a message', 1002, first(text, 'x'), frame(text, 'x'));
  wire('a continuation after the end of a message', async socket => {
    socket.write(first(text, 'a'), frame(continuation, 'b'), frame(continuation, 'c'));
    await expectFrame(socket, text, 'ab');
    await expectClose(socket, 1002);
  });
});

describe('6 UTF-8', () => {
  const valid = ['κόσμε', '\u0000', '\u{10FFFF}', '\uFFFF', '\uD7FF\uE000', '😀'.repeat(1000)];
  for (const value of valid) {
    wire(`valid: ${JSON.stringify(value.slice(0, 10))}`, socket => expectEcho(socket, text, value));
  }
  wire('characters broken by fragments at every byte', async socket => {
    const bytes = Buffer.from('κόσμε 😀');
    bytes.forEach((byte, at) => socket.write(frame(at === 0 ? text : continuation, Buffer.of(byte), {fin: false})));
    socket.write(frame(continuation));
    await expectFrame(socket, text, bytes);
  });
  const broken = {
    'a lone continuation': [0x80], 'an overlong slash': [0xC0, 0xAF], 'a surrogate': [0xED, 0xA0, 0x80],
    'beyond U+10FFFF': [0xF4, 0x90, 0x80, 0x80], 'five bytes': [0xF8, 0x88, 0x80, 0x80, 0x80],
    'a character cut off': [0xCE, 0xBA, 0xE1, 0xBD],
  };
  for (const [name, bytes] of Object.entries(broken)) fails(name, 1007, frame(text, Buffer.from(bytes)));
  fails('a byte that cannot be right fails before its frame is complete', 1007,
    frame(text, Buffer.from([0xCE, 0xBA, 0xF4, 0x90]), {length: 1000}));
  fails('a fragment that cannot be right fails before its message is complete', 1007,
    frame(text, 'good', {fin: false}), frame(continuation, Buffer.of(0xFF), {fin: false}));
  wire('binary messages are any bytes', socket => expectEcho(socket, binary, Buffer.of(0xFF, 0xC0, 0x80)));
});

describe('7 close', () => {
  for (const code of [1000, 1001, 1002, 1003, 1007, 1011, 1014, 3000, 3999, 4000, 4999]) {
    wire(`the code ${code} is echoed`, async socket => {
      socket.write(closeFrame(code, 'reason'));
      await expectClose(socket, code);
    });
  }
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535]) {
    fails(`the code ${code} is refused`, 1002, closeFrame(code));
  }
  wire('a close without a code', async socket => {
    socket.write(closeFrame(null));
    await expectClose(socket, null);
  });
  fails('a close of one byte', 1002, frame(close, 'x'));
  fails('a close of 126 bytes', 1002, frame(close, 'x'.repeat(126)));
  wire('a reason of 123 bytes', async socket => {
    socket.write(closeFrame(1000, 'x'.repeat(123)));
    await expectClose(socket, 1000);
  });
  fails('a reason that is no UTF-8', 1007, closeFrame(1000, Buffer.of(0xCE)));
  fails('a close in fragments', 1002, frame(close, '', {fin: false}));
  wire('what follows a close is dropped, what came before it is answered', async socket => {
    socket.write(frame(text, 'before'), closeFrame(1000), frame(text, 'after'), frame(ping));
    await expectFrame(socket, text, 'before');
    await expectClose(socket, 1000);
  });
  wire('a close within a message ends it', async socket => {
    socket.write(frame(text, 'x', {fin: false}), closeFrame(1000), frame(continuation, 'x'));
    await expectClose(socket, 1000);
  });
  wire('the server ends its stream first, and takes what the client still sends', async socket => {
    socket.write(closeFrame(1000));
    await expectClose(socket, 1000);
    await socket.writeChopped(Buffer.alloc(256 * 1024), 64 * 1024);
    socket.finish();
  });
  wire('a client that ends its stream without a close is let go', async socket => {
    socket.finish();
    assert.equal((await socket.end()).length, 0);
  });
});

describe('9 and 10 sizes', () => {
  const mebibyte = 1024 * 1024;
  for (const size of [mebibyte, 4 * mebibyte, 16 * mebibyte]) {
    for (const [name, op] of [['text', text], ['binary', binary]]) {
      wire(`${name} of ${size / mebibyte} MiB`, socket => expectEcho(socket, op, Buffer.alloc(size, '*')));
    }
  }
  wire('4 MiB in fragments of 4 KiB', async socket => {
    const piece = Buffer.alloc(4096, '*');
    for (let at = 0; at < 1024; ++at) socket.write(frame(at === 0 ? binary : continuation, piece, {fin: at === 1023}));
    await expectFrame(socket, binary, Buffer.alloc(4 * mebibyte, '*'));
  });
  wire('1 MiB in pieces of 1,000 bytes', async socket => {
    const payload = Buffer.alloc(mebibyte, '*');
    await socket.writeChopped(frame(text, payload), 1000);
    await expectFrame(socket, text, payload);
  });
  wire('2,000 messages at once', async socket => {
    const messages = Array.from({length: 2000}, (_, index) => `message ${index}`);
    socket.write(...messages.map(message => frame(text, message)));
    for (const message of messages) await expectFrame(socket, text, message);
  });
  fails('a message beyond the limit, by its header alone', 1009,
    frame(binary, '', {length: 16 * mebibyte + 1, lengthBytes: 8}));
  wire('fragments beyond the limit', async socket => {
    socket.write(frame(binary, Buffer.alloc(16 * mebibyte), {fin: false}), frame(continuation, 'x'));
    await expectClose(socket, 1009);
  });
});

describe('the handshake', () => {
  test('in pieces of a byte, the first frame behind it', async () => {
    const socket = await RawWebSocket.connect(server.ready.url);
    await socket.writeChopped(Buffer.concat([Buffer.from(handshake(server.ready.url)), frame(text, 'early')]), 1);
    assert.equal((await socket.head()).status, 101);
    await expectFrame(socket, text, 'early');
    socket.destroy();
  });
});
