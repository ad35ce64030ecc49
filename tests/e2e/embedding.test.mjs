// A program that embeds the library, seen by its clients.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Server} from './support/server.mjs';

let server;
before(async () => { server = await Server.run('specification-server'); });
after(() => server?.stop());

test('the document names the embedding program: its title, version and licence', async () => {
  const {info} = (await server.call('rpc.discover')).result;
  assert.equal(info.title, 'Examples of the specification');
  assert.equal(info.version, '2.0.1');
  assert.deepEqual(info.license, {name: '0BSD'});
});

test('the document lists the embedding program\'s methods beside the built-in ones', async () => {
  const {methods} = (await server.call('rpc.discover')).result;
  const names = methods.map(({name}) => name);
  for (const name of ['subtract', 'get_data', 'rpc.discover', 'auth.authenticate']) {
    assert.ok(names.includes(name), name);
  }
});
