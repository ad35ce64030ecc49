// The methods as paths: GET and POST, queries, problem details, dashboards, actions and topic streams.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {Server} from './support/server.mjs';
import {until} from './support/sidecar.mjs';
import {TopicStream} from './support/topic_stream.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-rest-'));
const ajv = makeAjv();
let server;

before(async () => {
  writeFileSync(join(folder, 'app.log'), '2026-02-03 04:05:06 INFO begun\n2026-02-03 04:05:07 ERROR disk is full\n');
  writeFileSync(join(folder, 'sidewire.toml'), `
[limits]
heartbeat = 0.1
[[logs]]
name = "app"
path = "app.log"
[[topic]]
name = "project/*"
events = ["project.changed"]
publish = ""
history-count = 100
[[topic]]
name = "brief"
events = ["brief.said"]
publish = ""
history-count = 2
[[topic]]
name = "forgetful"
events = ["said"]
publish = ""
`);
  server = await Server.start(['--config', join(folder, 'sidewire.toml')]);
});
after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

const get = (path, headers = {}) => server.fetch(`/api/v1/${path}`, {headers});
const post = (path, body, headers = {}) => server.fetch(`/api/v1/${path}`, {
  method: 'POST', body: JSON.stringify(body), headers: {'content-type': 'application/json', ...headers},
});
const publish = (topic, method, params) => server.call('topic.publish', {topic, method, params});

/** Checks that a response is problem details of this kind; its `data`. */
async function assertProblem(response, status, kind) {
  assert.equal(response.status, status);
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const problem = await response.json();
  assert.equal(problemsByFile(ajv, 'problem', problem), '', JSON.stringify(problem));
  assert.equal(problem.status, status);
  assert.equal(problem.kind, kind);
  assert.equal(problem.type, `urn:sidewire:error:${kind}`);
  assert.equal(problem.data.kind, kind);
  return problem;
}

test('a safe method answers GET with its params in the query, and POST with them in the body', async () => {
  const {result} = await server.call('logs.tail', {service: 'app', lines: 1});
  const read = await get('logs/tail?service=app&lines=1');
  assert.equal(read.status, 200);
  assert.equal(read.headers.get('content-type'), 'application/json');
  assert.deepEqual(await read.json(), result);
  const sent = await post('logs/tail', {service: 'app', lines: 1});
  assert.equal(sent.status, 200);
  assert.equal(sent.headers.get('cache-control'), 'no-store');
  assert.equal(sent.headers.get('etag'), null);
  assert.deepEqual(await sent.json(), result);
});

test('a call without params needs neither query nor body', async () => {
  assert.equal(await (await get('rpc/ping')).json(), null);
  const sent = await server.fetch('/api/v1/rpc/ping', {method: 'POST'});
  assert.equal(sent.status, 200);
  assert.equal(await sent.json(), null);
});

test('what the params do not fit is told with a pointer, as POST /rpc does', async () => {
  const query = await assertProblem(await get('logs/tail?service=app&lines=many'), 400, 'invalid_params');
  assert.equal(query.data.pointer, '/lines');
  const unknown = await assertProblem(await get('logs/tail?service=app&colour=red'), 400, 'invalid_params');
  assert.equal(unknown.data.pointer, '/colour');
  const missing = await assertProblem(await get('logs/tail'), 400, 'invalid_params');
  assert.equal(missing.data.pointer, '/service');
  const body = await assertProblem(await post('logs/tail', {service: 7}), 400, 'invalid_params');
  assert.equal(body.data.pointer, '/service');
  const {error} = await server.call('logs.tail', {service: 7});
  assert.equal(body.code, error.code);
  assert.deepEqual(body.data, error.data);
  assert.equal(body.detail, error.message);
});

test('errors have the status of their kind', async () => {
  await assertProblem(await get('logs/tail?service=none'), 404, 'not_found');
  await assertProblem(await get('no/such'), 404, 'not_found');
  await assertProblem(await server.fetch('/api/v2/rpc/ping'), 404, 'not_found');
  await assertProblem(await fetch(`${server.ready.url}/api/v1/rpc/ping`), 401, 'not_authenticated');
  await assertProblem(await post('system/wait', {ms: 10_000, _meta: {timeoutMs: 1}}), 504, 'deadline_exceeded');
  await assertProblem(await post('topic/publish', {topic: 'metrics', method: 'x', params: {}}), 403, 'forbidden');
  const raw = {method: 'POST', headers: {'content-type': 'application/json'}};
  await assertProblem(await server.fetch('/api/v1/rpc/ping', {...raw, body: '{'}), 400, 'parse_error');
  await assertProblem(await server.fetch('/api/v1/rpc/ping', {...raw, body: '[1]'}), 400, 'invalid_request');
  await assertProblem(await server.fetch('/api/v1/rpc/ping', {...raw, body: '7'}), 400, 'invalid_request');
  await assertProblem(await server.fetch('/api/v1/rpc/ping', {method: 'POST', body: '{}'}), 415, 'invalid_request');
});

test('a body cannot say more than its params', async () => {
  const response = await server.fetch('/api/v1/system/echo', {
    method: 'POST', body: '{"a":1},"method":"rpc.discover","x":{}', headers: {'content-type': 'application/json'},
  });
  await assertProblem(response, 400, 'parse_error');
});

test('a path that does not take a method says which it takes', async () => {
  const unsafe = await get('auth/authenticate?token=x');
  await assertProblem(unsafe, 405, 'invalid_request');
  assert.equal(unsafe.headers.get('allow'), 'OPTIONS, POST');
  for (const [path, allow] of [['rpc/ping', 'GET, HEAD, OPTIONS, POST'], ['topic/publish', 'OPTIONS, POST'],
    ['multi/dashboard', 'GET, HEAD, OPTIONS'], ['system/action', 'OPTIONS, POST'], ['stream/x', 'GET, OPTIONS']]) {
    const options = await server.fetch(`/api/v1/${path}`, {method: 'OPTIONS'});
    assert.equal(options.status, 204);
    assert.equal(options.headers.get('allow'), allow);
  }
});

test('HEAD is GET without the body', async () => {
  const read = await get('logs/tail?service=app');
  const head = await server.fetch('/api/v1/logs/tail?service=app', {method: 'HEAD'});
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), read.headers.get('content-length'));
  assert.equal(head.headers.get('etag'), read.headers.get('etag'));
  assert.equal(await head.text(), '');
});

test('an answer that the client has is not sent again', async () => {
  const first = await get('logs/tail?service=app');
  const etag = first.headers.get('etag');
  assert.match(etag, /^"[\w-]{22}"$/);
  assert.equal(first.headers.get('cache-control'), 'no-cache');
  for (const known of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
    const again = await get('logs/tail?service=app', {'if-none-match': known});
    assert.equal(again.status, 304, known);
    assert.equal(again.headers.get('etag'), etag);
    assert.equal(await again.text(), '');
  }
  assert.equal((await get('logs/tail?service=app', {'if-none-match': '"other"'})).status, 200);
  assert.notEqual((await get('logs/tail?service=app&lines=1')).headers.get('etag'), etag);
});

test('an answer in gzip has an ETag of its own, which names the same answer', async () => {
  const plain = await get('rpc/discover', {'accept-encoding': 'identity'});
  const packed = await get('rpc/discover', {'accept-encoding': 'gzip'});
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.deepEqual(await packed.json(), await plain.json());
  assert.equal(packed.headers.get('etag'), plain.headers.get('etag').replace(/"$/, '-gzip"'));
  for (const {headers} of [plain, packed]) {
    assert.equal((await get('rpc/discover', {'if-none-match': headers.get('etag')})).status, 304);
  }
});

test('a streaming method answers with its items and its result', async () => {
  const response = await post('logs/follow', {service: 'app', lines: 2, maxEntries: 2});
  const {items, result} = await response.json();
  assert.deepEqual(items.flatMap(item => item.entries).map(entry => entry.level), ['info', 'error']);
  assert.deepEqual(result, {entries: 2});
});

test('a repeated call with one Idempotency-Key runs once', async () => {
  const call = () => post('topic/publish', {topic: 'project/keyed', method: 'project.changed', params: {}},
    {'idempotency-key': 'once'});
  const [one, two] = [await (await call()).json(), await (await call()).json()];
  assert.deepEqual(two, one);
  await assertProblem(await post('topic/publish', {topic: 'project/other', method: 'project.changed', params: {}},
    {'idempotency-key': 'once'}), 409, 'conflict');
});

test('an action is the method of its service', async () => {
  const response = await post('system/action', {action: 'echo', params: {text: 'hello'}});
  assert.deepEqual(await response.json(), {text: 'hello'});
  assert.equal(await (await post('rpc/action', {action: 'ping'})).json(), null);
  await assertProblem(await post('system/action', {action: 'none'}), 404, 'method_not_found');
  const problem = await assertProblem(await post('system/action', {}), 400, 'invalid_params');
  assert.equal(problem.data.pointer, '/action');
});

test('services have dashboards', async () => {
  const system = await (await get('system/dashboard')).json();
  assert.equal(system.info.name, 'sidewire');
  assert.ok(system.stats.server.connections >= 1);
  assert.ok(system.load.oneMinute >= 0);
  const logs = await (await get('logs/dashboard')).json();
  assert.deepEqual(logs.services, [{
    name: 'app', sizeBytes: 70, lastEntry: '2026-02-03T04:05:07.000Z',
    levels: {trace: 0, debug: 0, info: 1, warn: 0, error: 1, fatal: 0, none: 0},
  }]);
});

test('dashboards of several services come at once, and one that fails fails no other', async () => {
  const response = await get('multi/dashboard?services=logs,none,system');
  assert.equal(response.status, 200);
  const {services} = await response.json();
  assert.deepEqual(Object.keys(services), ['logs', 'none', 'system']);
  assert.equal(services.logs.result.services[0].name, 'app');
  assert.equal(services.system.result.info.name, 'sidewire');
  assert.equal(services.none.error.data.kind, 'not_found');
  const all = await (await get('multi/dashboard')).json();
  assert.deepEqual(Object.keys(all.services), ['logs', 'system']);
  const many = Array.from({length: 101}, (_, index) => `s${index}`).join(',');
  await assertProblem(await get(`multi/dashboard?services=${many}`), 429, 'limit_exceeded');
});

test('a page of a listed origin may read answers and problems, and asks before', async () => {
  const origin = 'http://localhost:5173';
  for (const path of ['rpc/ping', 'no/such']) {
    const response = await get(path, {origin});
    assert.equal(response.headers.get('access-control-allow-origin'), origin);
    assert.equal(response.headers.get('vary'), 'Origin');
  }
  const preflight = await fetch(`${server.ready.url}/api/v1/rpc/ping`,
    {method: 'OPTIONS', headers: {origin, 'access-control-request-method': 'POST'}});
  assert.equal(preflight.status, 204);
  await assertProblem(await get('rpc/ping', {origin: 'https://elsewhere.example'}), 403, 'forbidden');
});

test('a topic is a stream of events', async () => {
  const stream = await TopicStream.open(server, 'project/a');
  assert.equal(stream.response.headers.get('content-type'), 'text/event-stream');
  assert.equal(stream.response.headers.get('x-accel-buffering'), 'no');
  const {result} = await publish('project/a', 'project.changed', {name: 'one'});
  const [event] = await stream.count(1);
  assert.equal(event.type, 'project.changed');
  assert.equal(event.id, `${result.epoch}:${result.offset}`);
  assert.equal(event.data.name, 'one');
  assert.equal(event.data._meta.topic, 'project/a');
  stream.close();
});

test('a stream that comes back with its last id has no gap and nothing twice', async () => {
  const seen = [];
  let next = 0;
  let stream = await TopicStream.open(server, 'project/b');
  for (let turn = 0; turn < 5; ++turn) {
    for (let count = 0; count < 3; ++count) await publish('project/b', 'project.changed', {n: next++});
    await stream.count(turn === 0 ? 3 : 4);
    seen.push(...stream.events.map(event => event.data.n));
    stream.close();
    await publish('project/b', 'project.changed', {n: next++});
    stream = await TopicStream.open(server, 'project/b', {'last-event-id': stream.lastId});
  }
  await stream.count(1);
  seen.push(...stream.events.map(event => event.data.n));
  stream.close();
  assert.deepEqual(seen, Array.from({length: next}, (_, index) => index));
});

test('a stream begins where its query says', async () => {
  for (const n of [1, 2]) await publish('project/c', 'project.changed', {n});
  const all = await TopicStream.open(server, 'project/c?since=first');
  assert.deepEqual((await all.count(2)).map(event => event.data.n), [1, 2]);
  const later = await TopicStream.open(server, `project/c?since=${all.events[0].id}`);
  assert.deepEqual((await later.count(1)).map(event => event.data.n), [2]);
  all.close();
  later.close();
});

test('what a stream has missed for good is told in it', async () => {
  const stream = await TopicStream.open(server, 'brief');
  stream.close();
  for (const n of [1, 2, 3, 4]) await publish('brief', 'brief.said', {n});
  const back = await TopicStream.open(server, 'brief', {'last-event-id': stream.lastId});
  const [lagged, ...rest] = await back.count(3);
  assert.equal(lagged.type, 'topic.lagged');
  assert.deepEqual(lagged.data, {topic: 'brief', missed: 2, from: 1, to: 2});
  assert.deepEqual(rest.map(event => event.data.n), [3, 4]);
  back.close();
  const other = await TopicStream.open(server, 'brief', {'last-event-id': 'anotherEpoch:7'});
  const [lost] = await other.count(1);
  assert.equal(lost.data.missed, null);
  other.close();
});

test('a pattern is one stream of all its topics, which comes back to each', async () => {
  const stream = await TopicStream.open(server, 'project/*');
  await publish('project/d', 'project.changed', {n: 1});
  await publish('project/e', 'project.changed', {n: 2});
  const topics = (await stream.count(2)).map(event => event.data._meta.topic);
  assert.deepEqual(topics.sort(), ['project/d', 'project/e']);
  stream.close();
  await publish('project/e', 'project.changed', {n: 3});
  await publish('project/d', 'project.changed', {n: 4});
  const back = await TopicStream.open(server, 'project/*', {'last-event-id': stream.lastId});
  const events = await back.count(2);
  assert.deepEqual(events.map(event => event.data.n).sort(), [3, 4]);
  back.close();
});

test('a quiet stream has comments', async () => {
  const stream = await TopicStream.open(server, 'project/quiet');
  await until('comments', () => stream.comments >= 3);
  assert.equal(stream.events.length, 0);
  stream.close();
});

test('what is no topic is refused before the stream begins', async () => {
  await assertProblem(await get('stream/nothing'), 404, 'not_found');
  await assertProblem(await get('stream/a*b'), 400, 'invalid_params');
  await assertProblem(await get('stream/metrics?since=7'), 400, 'invalid_params');
  await assertProblem(await get('stream/metrics', {'last-event-id': 'x'}), 400, 'invalid_params');
});

test('a stream that is not read loses what its policy says, and is told', async () => {
  const text = 'x'.repeat(64 * 1024);
  const stream = await server.fetch('/api/v1/stream/forgetful?buffer=1');
  const reader = stream.body.getReader();
  await reader.read();
  const count = 400;
  for (let n = 0; n < count; ++n) await publish('forgetful', 'said', {n, text});
  let received = '';
  const decoder = new TextDecoder();
  await until('the last event', async () => {
    const {value, done} = await reader.read();
    assert.ok(!done);
    received = received.slice(-1_000) + decoder.decode(value, {stream: true}).replaceAll(/x{8,}/g, '');
    if (received.includes('topic.lagged')) return true;
    assert.ok(!received.includes(`"n":${count - 1}`), 'every event came, so that nothing was tried');
    return false;
  });
  await reader.cancel();
});

test('a stream ends when the server drains', async () => {
  const own = await Server.start(['--config', join(folder, 'sidewire.toml')]);
  const stream = await TopicStream.open(own, 'metrics');
  await Promise.all([own.stop(), until('the end', () => stream.hasEnded)]);
});

test('a base path stands before every path, or does not', async () => {
  const own = await Server.start(['--base-path', '/side/car', '--public-url', 'https://app.example.com/side/car']);
  for (const path of ['/api/v1/rpc/ping', '/side/car/api/v1/rpc/ping', '/side/car/openrpc.json', '/side/car/healthz']) {
    assert.equal((await own.fetch(path)).status, 200, path);
  }
  assert.equal((await own.fetch('/side/carapi/v1/rpc/ping')).status, 404);
  assert.equal((await own.fetch('/other/api/v1/rpc/ping')).status, 404);
  const answer = await own.fetch('/side/car/rpc', {
    method: 'POST', headers: {'content-type': 'application/json', origin: 'https://app.example.com'},
    body: '{"jsonrpc":"2.0","id":1,"method":"rpc.ping"}',
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('access-control-allow-origin'), 'https://app.example.com');
  const document = await (await own.fetch('/openapi.json')).json();
  assert.deepEqual(document.servers, [{url: 'https://app.example.com/side/car'}]);
  await own.stop();
});
