// What a running server says of its methods, and whether it does as it says.
import assert from 'node:assert/strict';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {sampleParams} from './support/sample.mjs';
import {checkedInDocument, makeAjv, methodPart, problemsByFile, problemsOf} from './support/schemas.mjs';
import {Server} from './support/server.mjs';

/** What any call may fail with, as the document's `info.description` says. */
const anyErrors = ['parse_error', 'invalid_request', 'method_not_found', 'invalid_params', 'internal_error',
  'deadline_exceeded', 'not_authenticated', 'response_too_large', 'server_busy', 'request_cancelled'];

const folder = mkdtempSync(join(tmpdir(), 'sidewire-openrpc-'));
let server;
let document;
let ajv;

before(async () => {
  writeFileSync(join(folder, 'app.log'), '2026-02-03 04:05:06 ERROR disk is full\n');
  writeFileSync(join(folder, 'sidewire.toml'), '[[logs]]\nname = "app"\npath = "app.log"\n' +
    '[[topic]]\nname = "project/*"\nevents = ["project.changed"]\npublish = ""\n');
  server = await Server.start(['--config', join(folder, 'sidewire.toml')]);
  document = (await server.call('rpc.discover')).result;
  ajv = makeAjv(document);
});

after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

/** The schema that a reference of the document names. */
const resolve = reference => reference.slice(2).split('/').reduce((at, step) => at[step], document);

/** Checks an answer against what the document says of the method. */
function assertFits(method, response) {
  assert.equal(problemsByFile(ajv, 'response', response), '', JSON.stringify(response));
  if ('result' in response) {
    const reference = methodPart(document, method.name, 'result/schema');
    assert.equal(problemsOf(ajv, reference, response.result), '', `${method.name}: ${JSON.stringify(response)}`);
    return;
  }
  const own = method.errors.map(({$ref}) => $ref.replace('#/components/errors/', ''));
  assert.ok([...own, ...anyErrors].includes(response.error.data.kind),
    `${method.name} does not name ${response.error.data.kind}`);
}

/** Methods that a sample of every param would keep busy for ever. */
const isEndless = method => 'x-progress' in method;
const typedMethods = () => document.methods.filter(method => method['x-paramsSchema'].properties && !isEndless(method));

test('the checked-in document is the running server\'s', () => {
  assert.deepEqual(document, checkedInDocument,
    'schemas/openrpc.json is old: node tests/e2e/support/write_openrpc.mjs');
});

test('GET /openrpc.json is the same document', async () => {
  const response = await server.fetch('/openrpc.json');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.deepEqual(await response.json(), document);
});

test('rpc.discover lists each method once, ordered by name, itself included', () => {
  const names = document.methods.map(method => method.name);
  assert.deepEqual(names, [...new Set(names)].sort());
  assert.ok(names.includes('rpc.discover'));
});

test('a call with every param, made from the schema, is answered as the document says', async () => {
  for (const method of document.methods.filter(method => !isEndless(method))) {
    const params = sampleParams(method, resolve);
    assert.equal(problemsOf(ajv, methodPart(document, method.name, 'x-paramsSchema'), params), '');
    assertFits(method, await server.call(method.name, params));
  }
});

/** The answer to a call; subscriptions need a WebSocket, and something to unsubscribe from. */
async function answerTo(method, params) {
  if (!['topic.subscribe', 'topic.unsubscribe'].includes(method)) return server.call(method, params);
  const [topic] = Object.values(params);
  const operations = [{method: 'topic.subscribe', params: {topic}}, {method, params}];
  const [{result}] = await server.converse({jsonrpc: '2.0', id: 1, method: 'batch.execute', params: {operations}});
  return {jsonrpc: '2.0', id: 1, ...result.results[1]};
}

test('documented examples are answered with a result, by name and by position', async () => {
  const needsToken = ['auth.authenticate', 'auth.refresh'];  // an example's token is nobody's
  for (const method of document.methods.filter(method => !isEndless(method))) {
    for (const example of method.examples ?? []) {
      const byName = Object.fromEntries(example.params.map(({name, value}) => [name, value]));
      if (needsToken.includes(method.name)) byName.token = server.ready.token;
      if ('service' in byName) byName.service = 'app';
      const forms = method.params.length === 0 ? [byName]
        : [byName, method.params.map(({name}) => byName[name] ?? null)];
      for (const params of forms) {
        const response = await answerTo(method.name, params);
        assertFits(method, response);
        assert.ok('result' in response, `${method.name}: ${JSON.stringify(response)}`);
      }
    }
  }
});

test('a missing required param and an unknown one are refused by schema and server alike', async () => {
  for (const method of typedMethods()) {
    const good = sampleParams(method, resolve);
    const wrong = [[{...good, unheardOf: 1}, '/unheardOf']];
    for (const name of method['x-paramsSchema'].required) {
      const {[name]: _, ...rest} = good;
      wrong.push([rest, `/${name}`]);
    }
    for (const [params, pointer] of wrong) await assertRefused(method, params, pointer);
  }
});

test('what the schema of a param refuses, the server refuses at that param', async () => {
  const values = [null, true, -1, 0.5, 256, 4294967296, 2 ** 63, 'x', '', [], [7], {}, {unheardOf: 1}];
  let refused = 0;
  for (const method of typedMethods()) {
    const good = sampleParams(method, resolve);
    for (const [index, {name}] of method.params.entries()) {
      const reference = methodPart(document, method.name, `params/${index}/schema`);
      for (const value of values.filter(tried => problemsOf(ajv, reference, tried) !== '')) {
        await assertRefused(method, {...good, [name]: value}, `/${name}`);
        ++refused;
      }
    }
  }
  assert.ok(refused > 20);
});

test('what a method streams fits what the document says of it, in messages of the schema', async () => {
  const method = document.methods.find(({name}) => name === 'logs.follow');
  const messages = await server.converse({
    jsonrpc: '2.0', id: 'f', method: method.name, params: {service: 'app', lines: 10, maxEntries: 1},
  });
  const response = messages.pop();
  assertFits(method, response);
  assert.ok('result' in response);
  assert.ok(messages.length > 0);
  for (const message of messages) {
    assert.equal(problemsByFile(ajv, 'progress', message), '');
    assert.equal(message.params.token, 'f');
    const reference = methodPart(document, method.name, 'x-progress/schema');
    assert.equal(problemsOf(ajv, reference, message.params.value), '', JSON.stringify(message));
  }
});

async function assertRefused(method, params, pointer) {
  const what = `${method.name} ${JSON.stringify(params)}`;
  assert.notEqual(problemsOf(ajv, methodPart(document, method.name, 'x-paramsSchema'), params), '', what);
  const {error} = await server.call(method.name, params);
  assert.equal(error?.data.kind, 'invalid_params', what);
  assert.ok(error.data.pointer.startsWith(pointer), `${what}: ${error.data.pointer}`);
}
