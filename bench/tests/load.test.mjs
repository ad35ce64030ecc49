// The load generator has to notice every way in which a server can answer wrong: a fast liar must not win.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { bench, frame, unframe } from './frames.mjs';

const echo = (request) => JSON.stringify({ jsonrpc: '2.0', result: request.params, id: request.id });

/** A WebSocket server that sends the texts which `answers` makes of the requests of one read and their socket. */
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
      const texts = answers(read.payloads.map((payload) => JSON.parse(payload)), socket);
      socket.write(Buffer.concat(texts.map(frame)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function measure(answers, [scenario, ...options] = ['rate', '--connections', '2']) {
  const server = await startServer(answers);
  try {
    return await bench(server.address().port, scenario, ...options);
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

test('the time to the first answer is measured, and a wrong one fails the run', async () => {
  const times = ['first-answer', '--times', '3'];
  assert.equal((await measure((requests) => requests.map(echo), times)).clients, 3);
  const liar = ([request]) => [echo({ ...request, params: {} })];
  await assert.rejects(measure(liar, times), ({ stderr }) => /not .*result/.test(stderr));
});

/**
 * The answers of a server with one topic, that sends `deliver(message, subscriber)`, an array of texts, to each
 * subscriber in place of a publication; `subscriber` counts from 0.
 */
function fanOut(deliver = (message) => [message]) {
  const subscribers = [];
  return (requests, socket) =>
    requests.flatMap(({ id, method, params }) => {
      if (method === 'topic.subscribe') {
        subscribers.push(socket);
        return [JSON.stringify({ jsonrpc: '2.0', result: { topic: params.topic }, id })];
      }
      const message = JSON.stringify({ jsonrpc: '2.0', method: params.method, params: params.params });
      subscribers.forEach((each, i) => each.write(Buffer.concat(deliver(message, i).map(frame))));
      return [];
    });
}

const fanOutOf3 = ['fan-out', '--topic', 'fan', '--connections', '3'];

test('a fan-out is measured', async () => {
  const result = await measure(fanOut(), fanOutOf3);
  assert.ok(result.deliveries > 0);
  assert.ok(result.p50Us > 0 && result.p50Us <= result.p99Us);
});

/** Delivers `lie(message)` to the second subscriber once, in place of its fifth publication. */
function lyingToOne(lie) {
  let count = 0;
  return fanOut((message, subscriber) => (subscriber === 1 && ++count === 5 ? lie(message) : [message]));
}

const unlikePublications = {
  'a publication that comes twice': [(message) => [message, message], /passed over or repeated/],
  'a publication that one subscriber misses': [() => [], /passed over|no answer within/],
  'a publication with another text': [(message) => [message.replace('hello', 'hellp')], /differs/],
  'a publication that nobody made': [(message) => [message.replace(/"n":\d+/, '"n":9999999')], /nobody made/],
  'a message between the publications': [
    (message) => ['{"jsonrpc":"2.0","method":"topic.lagged","params":{}}', message],
    /differs/,
  ],
};
for (const [name, [lie, complaint]] of Object.entries(unlikePublications)) {
  test(`${name} fails the run`, async () => {
    await assert.rejects(measure(lyingToOne(lie), fanOutOf3), (error) => {
      assert.match(error.stderr, complaint);
      return true;
    });
  });
}
