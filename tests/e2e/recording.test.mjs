// `sidewire --record` and `sidewire-cli replay`.
import {encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {program, Server} from './support/server.mjs';
import {SessionPeer} from './support/session_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-recording-'));
after(() => rmSync(folder, {recursive: true}));

const ajv = makeAjv();
const linesOf = path => readFileSync(path, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line));

/** Runs a command of the command line client; `{status, output}`. */
function run(server, ...args) {
  const environment = {...process.env, SIDEWIRE_TOKEN: server.ready.token, SIDEWIRE_URL: server.ready.url};
  const done = spawnSync(program('sidewire-cli'), args, {env: environment, encoding: 'utf8', timeout: 60_000});
  return {status: done.status, output: done.stdout, complaint: done.stderr};
}

/** A recording of a few calls over each way in. */
async function record(name, ...args) {
  const path = join(folder, name);
  const server = await Server.start(['--record', path, '--threads', '2', ...args]);
  for (const transport of ['websocket', 'sse', 'poll', 'post', 'plain']) {
    assert.equal(run(server, '--transport', transport, 'call', 'system.echo', `by=${transport}`).status, 0);
  }
  assert.equal(run(server, '--format', 'msgpack', 'call', 'system.echo', 'by=msgpack', 'secret=hidden').status, 0);
  assert.equal(run(server, 'call', 'nobody.knows').status, 1);
  await server.fetch('/api/v1/system/echo?by=rest');
  await server.post('no JSON');
  await server.fetch('/rpc', {method: 'POST', body: encode({jsonrpc: '2.0', id: 1, method: 'system.wait', params: [1]}),
    headers: {'content-type': 'application/msgpack'}});
  await server.stop();
  return {path, token: server.ready.token};
}

test('every message of every caller is a line of the recording, without the secrets', async () => {
  const {path, token} = await record('all');
  const text = readFileSync(path, 'utf8');
  const lines = linesOf(path);
  for (const line of lines) assert.equal(problemsByFile(ajv, 'recording', line), '', JSON.stringify(line));
  for (const by of ['websocket', 'sse', 'poll', 'post', 'plain', 'msgpack', 'rest']) {
    const call = lines.find(({direction, message}) => direction === 'in' && message?.params?.by === by);
    assert.ok(call, by);
    const answer = lines.find(({direction, caller, message}) =>
      direction === 'out' && caller === call.caller && message.id === call.message.id);
    assert.equal(answer?.message.result.by, by);
    assert.equal(call.format, by === 'msgpack' ? 'msgpack' : 'json');
  }
  assert.ok(lines.some(({unreadableBytes}) => unreadableBytes === 'no JSON'.length));
  assert.ok(!text.includes('hidden'));
  assert.ok(!text.includes(token));
  assert.doesNotMatch(text, /"resumeToken":"(?!\[redacted\])/);
});

test('what is published to a session is in its recording', async () => {
  const path = join(folder, 'published');
  const server = await Server.start(['--record', path, '--metrics-interval', '0.05']);
  const peer = await SessionPeer.open(server);
  peer.call(1, 'topic.subscribe', {topic: 'metrics'});
  await peer.hearsResult(1);
  const published = await peer.hearsOf('metrics.update');
  peer.socket.destroy();
  await server.stop();
  const recorded = linesOf(path).find(({message}) => message?.method === 'metrics.update');
  assert.deepEqual(recorded.message.params, published);
});

test('a replay tells how the answers compare with the recorded ones', async () => {
  const {path} = await record('replayed');
  const server = await Server.start();
  for (const pace of [[], ['--fast']]) {
    const {status, output} = run(server, '--output', 'json', 'replay', path, ...pace);
    const {same, different, failed, unknown, notifications, leftOut} = JSON.parse(output);
    // The unknown method's advice is a call of rpc.discover, and system.wait tells how long it took.
    assert.equal(same + different, 9, output);
    assert.ok(same >= 7, output);
    assert.deepEqual({failed, unknown, notifications, leftOut}, {failed: 0, unknown: 0, notifications: 0, leftOut: 1});
    assert.equal(status, 0);
  }
  await server.stop();
});

test('a replay whose calls fail now exits with 1', async () => {
  const path = join(folder, 'other');
  const recorded = await Server.start(['--record', path]);
  run(recorded, 'call', 'system.echo', 'a=1');
  await recorded.stop();
  const server = await Server.run('specification-server');
  const {status, output} = run(server, '--transport', 'post', '--output', 'json', 'replay', '--fast', path);
  assert.equal(JSON.parse(output).failed, 1);
  assert.equal(status, 1);
  await server.stop();
});

test('a file that is no recording, or not there, exits with 2', async () => {
  const server = await Server.start();
  const absent = run(server, 'replay', join(folder, 'absent'));
  assert.equal(absent.status, 2);
  assert.match(absent.complaint, /cannot read .*absent: No such file/);
  const wrong = run(server, 'replay', new URL(import.meta.url).pathname);
  assert.equal(wrong.status, 2);
  assert.match(wrong.complaint, /line 1 is no line of a recording/);
  await server.stop();
});

test('a recording that cannot be made stops the server at its start', async () => {
  const done = spawnSync(program('sidewire'), ['--port', '0', '--record', join(folder, 'no', 'where')],
    {encoding: 'utf8', timeout: 60_000});
  assert.equal(done.status, 1);
  assert.match(done.stderr, /the recording .*where: No such file or directory/);
});
