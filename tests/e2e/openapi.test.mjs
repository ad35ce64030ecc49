// The OpenAPI document: judged by a validator that is not ours, and used by a client that was generated from it.
import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {createClient} from '@hey-api/openapi-ts';
import {Validator} from '@seriousme/openapi-schema-validator';
import typescript from 'typescript';

import {Server} from './support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-openapi-'));
let server;
let document;

before(async () => {
  writeFileSync(join(folder, 'app.log'), '2026-02-03 04:05:06 ERROR disk is full\n');
  writeFileSync(join(folder, 'sidewire.toml'), '[[logs]]\nname = "app"\npath = "app.log"\n');
  server = await Server.start(['--config', join(folder, 'sidewire.toml')]);
  document = await (await server.fetch('/openapi.json')).json();
});
after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

/** All files below a folder. */
const filesOf = path => readdirSync(path).flatMap(name => {
  const file = join(path, name);
  return statSync(file).isDirectory() ? filesOf(file) : [file];
});

test('the document is asked for with the token', async () => {
  assert.equal((await fetch(`${server.ready.url}/openapi.json`)).status, 401);
  const response = await server.fetch('/openapi.json');
  assert.equal(response.headers.get('content-type'), 'application/json');
  assert.equal((await server.fetch('/openapi.json', {method: 'POST'})).status, 405);
});

test('a validator takes the document as OpenAPI 3.1', async () => {
  const validator = new Validator();
  const judged = await validator.validate(document);
  assert.ok(judged.valid, JSON.stringify(judged.errors, null, 1));
  assert.equal(validator.version, '3.1');
});

test('every method has its path, by POST and, where it is safe, by GET', async () => {
  const {result: {methods}} = await server.call('rpc.discover');
  for (const method of methods) {
    const path = document.paths[`/api/v1/${method.name.replaceAll('.', '/')}`];
    assert.equal(path.post.operationId, method.name);
    assert.equal('get' in path, method['x-safe'], method.name);
    if (!('get' in path) || path.get.parameters.some(({name}) => name === 'params')) continue;
    assert.deepEqual(path.get.parameters.map(({name, required}) => ({name, required})),
      method.params.map(({name, required}) => ({name, required})));
  }
});

test('every operation has an id of its own', () => {
  const ids = Object.values(document.paths).flatMap(path => Object.values(path)).map(({operationId}) => operationId);
  assert.equal(new Set(ids).size, ids.length);
});

test('a client generated from the document calls methods', async () => {
  const input = join(folder, 'openapi.json');
  writeFileSync(input, JSON.stringify(document));
  const output = join(folder, 'client');
  await createClient({
    input, output, plugins: ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'], logs: {level: 'silent'},
  });
  for (const file of filesOf(output).filter(name => name.endsWith('.ts'))) {
    const {outputText} = typescript.transpileModule(readFileSync(file, 'utf8'),
      {compilerOptions: {module: typescript.ModuleKind.CommonJS, target: typescript.ScriptTarget.ES2022}});
    writeFileSync(file.replace(/\.ts$/, '.js'), outputText);
  }
  writeFileSync(join(output, 'package.json'), '{"type":"commonjs"}');
  const require = createRequire(join(folder, 'client', 'package.json'));
  // The runtime that the generated code is written for is its generator's own.
  const sdk = require('./sdk.gen.js');
  const {client} = require('./client.gen.js');
  client.setConfig({baseUrl: server.ready.url, auth: () => server.ready.token});

  const read = await sdk.logsTailGet({query: {service: 'app', lines: 1}});
  assert.equal(read.data.entries[0].message, 'disk is full');
  const sent = await sdk.logsTail({body: {service: 'app'}});
  assert.equal(sent.data.entries.length, 1);
  const echoed = await sdk.systemEcho({body: {a: [1, 'two']}});
  assert.deepEqual(echoed.data, {a: [1, 'two']});
  const several = await sdk.dashboards({query: {services: ['system', 'none']}});
  assert.deepEqual(Object.keys(several.data.services), ['system', 'none']);
  const refused = await sdk.logsTailGet({query: {service: 'none'}});
  assert.equal(refused.error.kind, 'not_found');
});
