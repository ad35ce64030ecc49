// What a running server writes and takes, against the schemas of it.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {invalidMetas, invalidRequests} from './support/counter_examples.mjs';
import {makeAjv, problemsByFile, schemas} from './support/schemas.mjs';
import {Server} from './support/server.mjs';

const ajv = makeAjv();
const folder = mkdtempSync(join(tmpdir(), 'sidewire-wire-'));
const announced = join(folder, 'announced.json');
const script = join(folder, 'ws-config.js');
let server;

before(async () => { server = await Server.start(['--announce', announced, '--announce', script]); });

after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

function assertFits(name, value) {
  assert.equal(problemsByFile(ajv, name, value), '', JSON.stringify(value));
}

const kindOf = response => response?.error?.data.kind;

test('the ready line', () => {
  assertFits('ready', server.ready);
  assert.ok(server.ready.token);
});

test('the ready line tells no token that the parent gave, the announce file does', async () => {
  const path = join(folder, 'given.json');
  const given = await Server.start(['--announce', path], {SIDEWIRE_TOKEN: 'the-parent-knows'});
  const told = JSON.parse(readFileSync(path, 'utf8'));
  await given.stop();
  assertFits('ready', given.ready);
  assert.equal(given.ready.token, undefined);
  assertFits('ready', told);
  assert.deepEqual(told, {...given.ready, token: 'the-parent-knows'});
});

test('the ready line on a Unix domain socket alone', async () => {
  const path = join(folder, 'socket');
  const local = await Server.start(['--listen', `unix:${path}`]);
  await local.stop();
  assertFits('ready', local.ready);
  assert.equal(local.ready.unix, path);
});

test('the ready line with a self-signed certificate', async () => {
  const secure = await Server.start(['--tls-self-signed']);
  await secure.stop();
  assertFits('ready', secure.ready);
  assert.ok(secure.ready.fingerprint);
  assert.ok(secure.ready.url.startsWith('https:'));
});

test('the announce file', () => {
  const facts = JSON.parse(readFileSync(announced, 'utf8'));
  assertFits('ready', facts);
  assert.equal(facts.token, server.ready.token);
});

test('WS_CONFIG', () => {
  const window = {};
  new Function('window', readFileSync(script, 'utf8'))(window);
  assertFits('ws-config', window.WS_CONFIG);
  assert.equal(window.WS_CONFIG.instance, server.ready.instance);
});

test('/healthz and /readyz, without a token', async () => {
  const health = await (await fetch(`${server.ready.url}/healthz`)).json();
  assertFits('health', health);
  assert.equal(health.instance, server.ready.instance);
  const readiness = await fetch(`${server.ready.url}/readyz`);
  assert.equal(readiness.status, 200);
  assertFits('readiness', await readiness.json());
});

test('HTTP refusals bring an error with a null id', async () => {
  const refusals = [
    [401, 'not_authenticated', await fetch(`${server.ready.url}/rpc`, {method: 'POST', body: '{}'})],
    [404, 'not_found', await server.fetch('/nothing')],
    [405, 'invalid_request', await server.fetch('/rpc', {method: 'PUT', body: '{}'})],
    [406, 'invalid_request', await server.fetch('/rpc')],
    [415, 'invalid_request', await server.fetch('/rpc', {method: 'POST', body: '{}'})],
    [403, 'forbidden', await server.fetch('/rpc', {headers: {origin: 'https://elsewhere.example.com'}})],
  ];
  for (const [status, kind, answer] of refusals) {
    assert.equal(answer.status, status);
    const response = await answer.json();
    assertFits('response', response);
    assert.equal(response.id, null);
    assert.equal(kindOf(response), kind);
  }
});

test('requests of the schema are answered by responses of the schema', async () => {
  for (const request of schemas.request.examples) {
    const response = await server.post(JSON.stringify(request));
    assertFits('response', response);
    assert.ok('result' in response);
    assert.equal(response.id, request.id);
  }
});

test('notifications of the schema are not answered', async () => {
  for (const name of ['notification', 'cancel-request']) {
    for (const example of schemas[name].examples) assert.equal(await server.post(JSON.stringify(example)), null);
  }
});

test('batches of the schema are answered by batch responses', async () => {
  for (const batch of schemas.batch.examples) {
    const response = await server.post(JSON.stringify(batch));
    assertFits('batch-response', response);
    const asked = batch.filter(element => 'id' in element).map(element => element.id);
    assert.deepEqual(response.map(element => element.id).sort(), asked.sort());
  }
});

test('what no schema of a message takes is invalid_request', async () => {
  for (const message of [...invalidRequests, []]) {
    assert.notEqual(problemsByFile(ajv, 'request', message), '');
    const response = await server.post(JSON.stringify(message));
    assertFits('response', response);
    assert.equal(kindOf(response), 'invalid_request', JSON.stringify(message));
  }
});

test('what the schema of _meta refuses is invalid_params there', async () => {
  for (const _meta of invalidMetas) {
    const response = await server.call('rpc.ping', {_meta});
    assertFits('response', response);
    assert.equal(kindOf(response), 'invalid_params', JSON.stringify(_meta));
    assert.match(response.error.data.pointer, /^\/_meta/);
  }
  for (const _meta of schemas.meta.examples.filter(meta => meta.format !== 'msgpack')) {
    assertFits('response', await server.call('rpc.ping', {_meta}));
  }
});

test('errors of each kind that a call can provoke', async () => {
  const request = {jsonrpc: '2.0', id: 1, method: 'system.wait'};
  const provoked = {
    parse_error: '{"jsonrpc":',
    method_not_found: JSON.stringify({...request, method: 'no.such'}),
    invalid_params: JSON.stringify(request),
    deadline_exceeded: JSON.stringify({...request, params: {ms: 60000, _meta: {timeoutMs: 1}}}),
    not_authenticated: JSON.stringify({...request, method: 'auth.authenticate', params: {token: 'wrong'}}),
    limit_exceeded: JSON.stringify(Array(101).fill({...request, method: 'rpc.ping'})),
  };
  for (const [kind, text] of Object.entries(provoked)) {
    const response = await server.post(text);
    assertFits('response', response);
    assert.equal(kindOf(response), kind);
  }
  const tooDeep = await server.post('['.repeat(300) + ']'.repeat(300));
  assertFits('response', tooDeep);
  assert.equal(tooDeep.error.data.limit, 'maxDepth');
});

test('a message in MessagePack is the same object', async () => {
  for (const request of schemas.request.examples) {
    const answer = await server.fetch('/rpc',
      {method: 'POST', body: encode(request), headers: {'content-type': 'application/msgpack'}});
    assert.equal(answer.headers.get('content-type'), 'application/msgpack');
    const response = decode(await answer.arrayBuffer());
    assertFits('response', response);
    assert.equal(response.id, request.id);
  }
});
