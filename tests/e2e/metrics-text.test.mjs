// `/metrics`, read by a parser that is not ours, and held against what was done.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import parsePrometheus from 'parse-prometheus-text-format';

import {Server} from './support/server.mjs';
import {TopicStream} from './support/topic_stream.mjs';

let server;
before(async () => { server = await Server.start(['--threads', '2']); });
after(async () => { await server?.stop(); });

const readText = async () => {
  const response = await server.fetch('/metrics');
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  return response.text();
};
const read = async () => parsePrometheus(await readText());
/** The durations of one method's calls. The parser knows no histogram with labels, so that it is shown one without. */
const durationsOf = (text, method) => {
  const label = `method="${method}"`;
  const lines = text.split('\n').filter(line => line.startsWith('#') || line.includes(`seconds_bucket{${label}`) ||
    line.includes(`seconds_sum{${label}`) || line.includes(`seconds_count{${label}`));
  const bare = lines.map(line => line.replace(`{${label}}`, '').replace(`${label},`, ''));
  return family(parsePrometheus(bare.join('\n')), 'sidewire_call_duration_seconds').metrics[0];
};
const family = (all, name) => all.find(one => one.name === name);
/** The value of a metric with these labels; undefined where there is none. */
const value = (all, name, labels = {}) => {
  const found = family(all, name).metrics.find(metric =>
    Object.entries(labels).every(([label, wanted]) => metric.labels?.[label] === wanted));
  return found === undefined ? undefined : Number(found.value);
};

test('the text is asked for with the token', async () => {
  assert.equal((await fetch(`${server.ready.url}/metrics`)).status, 401);
  assert.equal((await fetch(`${server.ready.url}/metrics?access_token=${server.ready.token}`)).status, 200);
});

test('every name has a type, help and the server\'s prefix', async () => {
  const all = await read();
  assert.ok(all.length > 10);
  for (const one of all) {
    assert.match(one.name, /^sidewire_[a-z_]+$/);
    assert.ok(['COUNTER', 'GAUGE', 'HISTOGRAM'].includes(one.type), one.name);
    assert.ok(one.help.length > 0);
    if (one.type === 'COUNTER') assert.match(one.name, /_total$/);
  }
});

test('calls are counted by method and outcome, whichever way they came', async () => {
  const count = 20;
  for (let id = 0; id < count; ++id) await server.call('rpc.ping');
  await server.fetch('/api/v1/rpc/ping');
  await server.call('logs.tail', {service: 7});
  await server.call('no.such');
  await server.call('no.other');
  await server.call('system.wait', {ms: 20});
  const text = await readText();
  const all = parsePrometheus(text);
  assert.equal(value(all, 'sidewire_calls_total', {method: 'rpc.ping', outcome: 'ok'}), count + 1);
  assert.equal(value(all, 'sidewire_calls_total', {method: 'logs.tail', outcome: 'invalid_params'}), 1);
  assert.equal(value(all, 'sidewire_calls_total', {method: 'logs.tail', outcome: 'ok'}), 0);
  assert.equal(value(all, 'sidewire_calls_total', {method: '', outcome: 'method_not_found'}), 2);
  const of = method => durationsOf(text, method);
  assert.equal(Number(of('rpc.ping').count), count + 1);
  assert.equal(Number(of('rpc.ping').buckets['+Inf']), count + 1);
  const waited = of('system.wait');
  assert.ok(Number(waited.sum) >= 0.02);
  assert.equal(Number(waited.buckets['0.01']), 0);
  assert.equal(Number(waited.buckets['10']), 1);
  const inOrder = Object.entries(of('rpc.ping').buckets).map(([bound, below]) =>
    [bound === '+Inf' ? Infinity : Number(bound), Number(below)]).sort((left, right) => left[0] - right[0]);
  for (let at = 1; at < inOrder.length; ++at) assert.ok(inOrder[at][1] >= inOrder[at - 1][1]);
});

test('a batch counts each of its calls', async () => {
  const ping = id => ({jsonrpc: '2.0', id, method: 'rpc.ping'});
  const before = value(await read(), 'sidewire_calls_total', {method: 'rpc.ping', outcome: 'ok'});
  await server.post(JSON.stringify(Array.from({length: 30}, (_, id) => ping(id))));
  await server.call('batch.execute', {operations: [{method: 'rpc.ping'}, {method: 'rpc.ping'}]});
  const all = await read();
  assert.equal(value(all, 'sidewire_calls_total', {method: 'rpc.ping', outcome: 'ok'}), before + 32);
  assert.equal(value(all, 'sidewire_calls_total', {method: 'batch.execute', outcome: 'ok'}), 1);
});

test('a call with an idempotency key is counted once for each time that it was made', async () => {
  const body = JSON.stringify({jsonrpc: '2.0', id: 1, method: 'system.info', params: {_meta: {idempotencyKey: 'k'}}});
  for (let turn = 0; turn < 3; ++turn) await server.post(body);
  assert.equal(value(await read(), 'sidewire_calls_total', {method: 'system.info', outcome: 'ok'}), 3);
});

test('connections, bytes and publications are counted', async () => {
  const stream = await TopicStream.open(server, 'metrics');
  await stream.count(2);
  const all = await read();
  assert.ok(value(all, 'sidewire_connections') >= 1);
  assert.ok(value(all, 'sidewire_connections_accepted_total') >= 1);
  assert.ok(value(all, 'sidewire_publications_total') >= 2);
  assert.ok(value(all, 'sidewire_publications_delivered_total') >= 2);
  assert.equal(value(all, 'sidewire_publications_dropped_total'), 0);
  assert.ok(value(all, 'sidewire_received_bytes_total', {transport: 'http'}) > 0);
  assert.ok(value(all, 'sidewire_sent_bytes_total', {transport: 'http'}) > 0);
  assert.equal(value(all, 'sidewire_received_bytes_total', {transport: 'websocket'}), 0);
  stream.close();
});

test('bytes of a WebSocket are its own', async () => {
  await server.converse({jsonrpc: '2.0', id: 1, method: 'rpc.ping'});
  const all = await read();
  assert.ok(value(all, 'sidewire_received_bytes_total', {transport: 'websocket'}) > 0);
  assert.ok(value(all, 'sidewire_sent_bytes_total', {transport: 'websocket'}) > 0);
});
