// Proves that a subscriber who stops reading costs nobody else anything: among 1,000 subscribers of a topic without
// history, at 16 publications in flight, the p99 of the others' deliveries changes by less than 20 % (a ratio of medians
// over rounds that take turns), memory stays within the bounds of one connection and session, and when it reads again it
// is told exactly what it missed, as each policy says. In every other round it has a session.
//
//   node tests/prove/slow-subscriber.mjs [ROUNDS]      9 by default
import {execFile} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {availableParallelism, tmpdir} from 'node:os';
import {join} from 'node:path';
import {promisify} from 'node:util';
import assert from 'node:assert/strict';

import {Server, program} from '../e2e/support/server.mjs';
import {until} from '../e2e/support/sidecar.mjs';
import {SlowReader, tile} from '../e2e/support/slow_reader.mjs';

const rounds = Number(process.argv[2] ?? 9);
const subscriberCount = 1_000;
const bufferCount = 100;
const keyCount = 8;
const maxRatio = 1.2;
/** What may wait to be sent on one connection, and to be acknowledged in one session, by default. */
const maxGrowthBytes = (4 + 4) * 1024 * 1024;
/** More than the kernel and the server keep for a connection that is not read. */
const fillCount = 640;
const fillText = 'x'.repeat(16 * 1024);

const folder = mkdtempSync(join(tmpdir(), 'sidewire-slow-'));
process.on('exit', () => rmSync(folder, {recursive: true}));
const configuration = join(folder, 'sidewire.toml');
writeFileSync(configuration, `
[[topic]]
name = "fan"
events = ["fan.out"]
publish = ""

[[topic]]
name = "fill"
events = ["fill.bytes"]
publish = ""
`);

const hasCores = availableParallelism() > 1;
const execute = promisify(execFile);

/** Publishes to 1,000 subscribers of their own; each of them has to get everything in order. */
async function fanOut(server) {
  const url = new URL(server.ready.url);
  const command = [program('bench-load'), 'fan-out', '--port', url.port, '--token', server.ready.token,
    '--server-pid', server.ready.pid, '--topic', 'fan', '--keys', keyCount, '--connections', subscriberCount,
    '--in-flight', 16, '--text-bytes', 64, '--waiting', 'spinning', '--warm-up-ms', 300, '--duration-ms', 800].map(String);
  const [first, ...rest] = hasCores ? ['taskset', '--cpu-list', '1', ...command] : command;
  return JSON.parse((await execute(first, rest)).stdout);
}

/** The key that `bench-load` gave publication `n`. */
const keyOf = n => Math.min(31 - Math.clz32(n & -n), keyCount - 1);

/** What a reader must have been told of the offsets from `first` to `last`, by policy; at first some may have entered. */
const isTold = {
  dropOldest(told, first, last) {
    const {gaps} = tile(told, first, last);
    assert.deepEqual(gaps.map(({to}) => to), [last - bufferCount]);
  },
  latest(told, first, last) {
    const {kept, gaps} = tile(told, first, last);
    const {n, _meta} = kept[0];
    const newest = new Map();
    for (let offset = gaps[0].from; offset <= last; ++offset) newest.set(keyOf(n + offset - _meta.offset), offset);
    const keptThen = kept.map(({_meta: {offset}}) => offset).filter(offset => offset > gaps[0].from);
    assert.deepEqual(keptThen, [...newest.values()].sort((a, b) => a - b));
  },
  disconnect(told, first) {
    const [closed, ...before] = [...told].reverse();
    assert.deepEqual([closed.method, closed.params], ['topic.closed', {topic: 'fan', reason: 'slow'}]);
    assert.deepEqual(tile(before.reverse(), first, first + before.length - 1).gaps, []);
  },
};

/** Stops a reader for good: more is sent than anybody keeps for it. */
async function fill(server, reader) {
  reader.stop();
  const writer = await SlowReader.connect(server);
  await Promise.all(Array.from({length: fillCount}, () =>
    writer.call('topic.publish', {topic: 'fill', method: 'fill.bytes', params: {text: fillText}})));
  writer.close();
}

/** One run; `policy` null: nobody is slow. */
async function measure(policy, subprotocol) {
  const server = await Server.start(['--config', configuration]);
  const reader = await SlowReader.connect(server, subprotocol);
  try {
    await reader.call('topic.subscribe', {topic: 'fill', policy: 'dropOldest', buffer: 1});
    if (policy === null) {
      await reader.call('topic.unsubscribe', {topic: 'fill'});
      await fill(server, reader);
      return await fanOut(server);
    }
    const {offset} = await reader.call('topic.subscribe', {topic: 'fan', policy, buffer: bufferCount});
    await fill(server, reader);
    const figures = await fanOut(server);
    const asker = await SlowReader.connect(server);
    const last = (await asker.call('topic.subscribe', {topic: 'fan'})).offset;
    asker.close();
    reader.goOn();
    await until('the reader has caught up', () => {
      const end = reader.toldOf('fan').at(-1);
      return end !== undefined && (end.method === 'topic.closed' || end.params._meta?.offset === last);
    });
    isTold[policy](reader.toldOf('fan'), offset + 1, last);
    return figures;
  } finally {
    reader.close();
    assert.equal(await server.stop(), 0);
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const conditions = [null, 'dropOldest', 'latest', 'disconnect'];
const figures = new Map(conditions.map(policy => [policy, []]));
for (let round = 0; round < rounds; ++round) {
  // Each round begins with another one, so that none always follows the same one.
  for (let i = 0; i < conditions.length; ++i) {
    const policy = conditions[(i + round) % conditions.length];
    figures.get(policy).push(await measure(policy, round % 2 === 0 ? 'sidewire.1.json' : 'jsonrpc'));
  }
  process.stderr.write(`round ${round + 1} of ${rounds}\n`);
}

const p99 = policy => median(figures.get(policy).map(({p99Us}) => p99Us));
const memory = policy => figures.get(policy).map(({residentBytes}) => residentBytes);
const usualMemory = median(memory(null));
console.log(`nobody slow: p99 ${p99(null).toFixed(0)} µs, ${usualMemory} bytes resident`);
for (const policy of conditions.slice(1)) {
  const ratio = p99(policy) / p99(null);
  const growth = Math.max(...memory(policy)) - usualMemory;
  const passed = ratio < maxRatio && growth <= maxGrowthBytes;
  console.log(`${policy}: p99 × ${ratio.toFixed(3)} (under ${maxRatio}), at most ${growth} bytes more (bound ${maxGrowthBytes}), ` +
    `told exactly what it missed: ${passed ? 'pass' : 'FAIL'}`);
  if (!passed) process.exitCode = 1;
}
