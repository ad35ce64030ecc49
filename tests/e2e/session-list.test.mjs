// `system.sessions`, of which whoever administrates the server learns who is there.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {EventStream} from './support/http_session.mjs';
import {Server} from './support/server.mjs';
import {SessionPeer} from './support/session_peer.mjs';
import {until} from './support/sidecar.mjs';

let server;
before(async () => { server = await Server.start(['--threads', '2']); });
after(() => server?.stop());

const list = async () => (await server.call('system.sessions')).result.sessions;
const named = async name => (await list()).find(({client}) => client?.name === name);

test('a session is listed with its client, its transport and what waits for it', async () => {
  const peer = await SessionPeer.open(server, {client: {name: 'a page', version: '1.2'}});
  peer.call(1, 'topic.subscribe', {topic: 'metrics'});
  await peer.hearsResult(1);
  const {id, address, startedAt, since, queuedMessages, queuedBytes, ...rest} = await named('a page');
  assert.equal(id, peer.started.params.session);
  assert.match(address, /^127\.0\.0\.1:\d+$/);
  assert.ok(Date.parse(startedAt) <= Date.parse(since) + 1 && Date.parse(since) <= Date.now() + 1000);
  assert.ok(queuedMessages >= 1 && queuedBytes > 0);
  assert.deepEqual(rest, {principal: 'local', client: {name: 'a page', version: '1.2'}, format: 'json',
    transport: 'websocket', runningCalls: 0, subscriptions: 1});
  peer.socket.destroy();
});

test('a session without a connection is listed without transport and address', async () => {
  const peer = await SessionPeer.open(server, {client: {name: 'gone'}}, {format: 'msgpack'});
  peer.call(7, 'system.wait', {ms: 600_000});
  await until('the call runs', async () => (await named('gone')).runningCalls === 1);
  const before = await named('gone');
  assert.equal(before.format, 'msgpack');
  peer.socket.destroy();
  await until('it is detached', async () => !('transport' in await named('gone')));
  const gone = await named('gone');
  assert.ok(!('address' in gone));
  assert.ok(gone.since >= before.since);
  assert.equal(gone.runningCalls, 1);
});

test('an event stream is listed as such, over REST too', async () => {
  const stream = await EventStream.open(server, {headers: {'sidewire-client': 'a stream'}});
  const {sessions} = await (await server.fetch('/api/v1/system/sessions')).json();
  assert.equal(sessions.filter(({transport}) => transport === 'sse').length, 1);
  stream.close();
});
