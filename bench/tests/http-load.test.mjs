// The load generator over event streams, polls and REST: it measures honest servers and notices lies.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bench } from './frames.mjs';
import { HttpServer } from './http_server.mjs';

async function measure(behaviour, ...options) {
  const server = await HttpServer.start(behaviour);
  try {
    return { ...(await bench(server.port, ...options)), server };
  } finally {
    server.stop();
  }
}

const fanOutOf3 = ['fan-out', '--topic', 'fan', '--connections', '3'];
const overTopicStream = [...fanOutOf3, '--transport', 'sse', '--path', '/stream/fan'];
const overEventStream = [...fanOutOf3, '--transport', 'sse', '--dialect', 'session'];
const overPolls = [...fanOutOf3, '--transport', 'poll', '--dialect', 'session'];
const ways = { "a topic's event stream": overTopicStream, "a session's event stream": overEventStream, polls: overPolls };

function assertMeasured({ deliveries, p50Us, p99Us }) {
  assert.ok(deliveries > 0);
  assert.ok(p50Us > 0 && p50Us <= p99Us);
}

const rejects = (complaint, behaviour, ...options) =>
  assert.rejects(measure(behaviour, ...options), (error) => {
    assert.match(error.stderr, complaint);
    return true;
  });

/** `lie` in place of what the second subscriber gets as its fifth publication. */
function once(lie, honest) {
  let count = 0;
  return (value, subscriber) => (subscriber === 1 && ++count === 5 ? lie(value) : honest(value));
}

for (const [name, options] of Object.entries(ways)) {
  test(`a fan-out over ${name} is measured`, async () => {
    assertMeasured(await measure({}, ...options));
  });

  test(`a publication that one subscriber misses on ${name} fails the run`, () =>
    rejects(/passed over|no answer within/, { deliver: once(() => [], (message) => [message]) }, ...options));

  test(`a publication with another text on ${name} fails the run`, () =>
    rejects(/differs/, {
      deliver: once((message) => [message.replace('hello', 'hellp')], (message) => [message]),
    }, ...options));
}

for (const options of [overTopicStream, overEventStream]) {
  test(`an event stream in pieces of few bytes is read: ${options.at(-1)}`, async () => {
    assertMeasured(await measure({ pieceBytes: 5 }, ...options));
  });
}

test('an event stream is acknowledged each time that half of what the server keeps has come', async () => {
  const { server } = await measure({ resumeBufferBytes: 1000 }, ...overEventStream);
  for (const { acknowledged } of server.sessions) {
    assert.ok(acknowledged.length > 1);
    assert.deepEqual(acknowledged, acknowledged.toSorted((a, b) => a - b));
  }
});

test('a poll names what the one before brought', async () => {
  const { server } = await measure({}, ...overPolls);
  for (const { asked, brought } of server.sessions) {
    assert.ok(brought.length > 1);
    assert.deepEqual(asked.slice(1), brought.slice(0, asked.length - 1));
  }
});

/** From its fifth message on the second subscriber is told the next number. */
function skippingOne() {
  let count = 0;
  return (number, subscriber) => (subscriber === 1 && ++count >= 5 ? number + 1 : number);
}

for (const [name, options] of Object.entries({ 'an event stream': overEventStream, polls: overPolls })) {
  test(`a number that is passed over on ${name} fails the run`, () =>
    rejects(/was passed over/, { number: skippingOne() }, ...options));

  test(`a POST that is refused fails the run on ${name}`, () =>
    rejects(/not answered HTTP\/1.1 202/, { postStatus: 404 }, ...options));
}

test('the end of an event stream fails the run', () =>
  rejects(/ended the stream|closed/, { deliver: once(() => [null], (message) => [message]) }, ...overTopicStream));

const firstAnswers = {
  post: ['--transport', 'post'],
  sse: ['--transport', 'sse', '--dialect', 'session'],
  poll: ['--transport', 'poll', '--dialect', 'session'],
};
for (const [name, options] of Object.entries(firstAnswers)) {
  test(`the time to the first answer over ${name} is measured`, async () => {
    const result = await measure({}, 'first-answer', '--times', '3', ...options);
    assert.equal(result.clients, 3);
    assert.ok(result.p50Us > 0);
  });

  test(`a wrong first answer over ${name} fails the run`, () =>
    rejects(/not .*result|without the result/, { echo: () => ({ n: 43 }) }, 'first-answer', '--times', '3', ...options));
}

const idle = ['idle', '--topic', 'fan', '--connections', '2', '--server-pid', String(process.pid)];

test('the answer to its subscription is acknowledged before an idle session is measured', async () => {
  const streams = await measure({}, ...idle, '--transport', 'sse', '--dialect', 'session');
  const polls = await measure({}, ...idle, '--transport', 'poll', '--dialect', 'session');
  assert.ok(streams.residentBytesAfter > 0);
  assert.deepEqual(streams.server.sessions.map(({ acknowledged }) => acknowledged), [[1], [1], [1]]);
  assert.deepEqual(polls.server.sessions.map(({ asked }) => asked), [[0, 1], [0, 1], [0, 1]]);
});

const rests = {
  'rest-post': ['rate', '--transport', 'rest-post', '--path', '/api/v1/system/echo'],
  'rest-get': ['rate', '--transport', 'rest-get', '--path', '/api/v1/system/info'],
};
for (const [name, options] of Object.entries(rests)) {
  test(`calls over ${name} are measured`, async () => {
    assert.ok((await measure({}, ...options)).answers > 0);
  });
}

test('a REST answer that differs fails the run', async () => {
  let count = 0;
  const late = (value, change) => (++count > 7 ? { ...value, ...change } : value);
  await rejects(/differs/, { echo: (params) => late(params, { n: 43 }) }, ...rests['rest-post']);
  count = 0;
  await rejects(/differs/, { info: (facts) => late(facts, { pid: 2 }) }, ...rests['rest-get']);
});
