// The load generator has to notice every way in which a server can answer wrong: a fast liar must not win.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const program = `${process.env.SIDEWIRE_BIN}/bench-load`;

/** The payloads of all whole frames with short lengths in `bytes`, unmasked, and what remains. */
function unframe(bytes) {
  const payloads = [];
  while (bytes.length >= 6 && bytes.length >= 6 + (bytes[1] & 0x7f)) {
    const end = 6 + (bytes[1] & 0x7f);
    const mask = bytes.subarray(2, 6);
    payloads.push(Buffer.from(bytes.subarray(6, end).map((byte, i) => byte ^ mask[i % 4])).toString());
    bytes = bytes.subarray(end);
  }
  return { payloads, rest: bytes };
}

function frame(text) {
  return Buffer.concat([Buffer.from([0x81, text.length]), Buffer.from(text)]);
}

const echo = (request) => JSON.stringify({ jsonrpc: '2.0', result: request.params, id: request.id });

/** A WebSocket server that sends the texts which `answers` makes of the requests of one read. */
async function startServer(answers) {
  const server = createServer((socket) => {
    let rest = Buffer.alloc(0);
    let upgraded = false;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      if (!upgraded) {
        upgraded = true;
        socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
        return;
      }
      const read = unframe(Buffer.concat([rest, bytes]));
      rest = read.rest;
      const texts = answers(read.payloads.map((payload) => JSON.parse(payload)));
      socket.write(Buffer.concat(texts.map(frame)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function measure(answers) {
  const server = await startServer(answers);
  try {
    const { stdout } = await run(program, [
      'rate', '--port', String(server.address().port), '--connections', '2', '--in-flight', '4',
      '--warm-up-ms', '50', '--duration-ms', '200',
    ]);
    return JSON.parse(stdout);
  } finally {
    server.close();
  }
}

/** Answers like `echo`, and with `lie` once, among the first eight calls, which are sent in any case. */
function lyingOnce(lie) {
  let count = 0;
  return (requests) =>
    requests.flatMap((request) => (++count === 7 ? lie(request) : [echo(request)]));
}

test('an honest server is measured', async () => {
  const result = await measure((requests) => requests.map(echo));
  assert.ok(result.answers > 0);
  assert.ok(result.p50Us > 0 && result.p50Us <= result.p99Us);
});

test('answers in another order are honest', async () => {
  const result = await measure((requests) => requests.map(echo).reverse());
  assert.ok(result.answers > 0);
});

const lies = {
  'an answer twice': [(request) => [echo(request), echo(request)], /came twice/],
  'an id that nobody sent': [(request) => [echo({ ...request, id: 9_999_999 })], /another connection/],
  'an id that is not ours': [(request) => [echo({ ...request, id: 1 })], /differs|our id/],
  'an error instead of the result': [
    ({ id }) => [JSON.stringify({ jsonrpc: '2.0', error: { code: -32603, message: 'No' }, id })],
    /differs/,
  ],
  'a changed result': [(request) => [echo({ ...request, params: { text: 'hellp', n: 42 } })], /differs/],
};
for (const [name, [lie, complaint]] of Object.entries(lies)) {
  test(`${name} fails the run`, async () => {
    await assert.rejects(measure(lyingOnce(lie)), (error) => {
      assert.match(error.stderr, complaint);
      return true;
    });
  });
}

test('an answer that never comes fails the run', async () => {
  await assert.rejects(measure(lyingOnce(() => [])), /passed over|no answer within/);
});
