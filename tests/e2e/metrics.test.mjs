// The topic of the machine's state, over a WebSocket.
import assert from 'node:assert/strict';
import {cpus} from 'node:os';
import {test} from 'node:test';

import {compareMetrics, MetricsReader} from './support/metrics_stream.mjs';
import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {Server} from './support/server.mjs';
import {until} from './support/sidecar.mjs';

const ajv = makeAjv();

async function withServer(args, use) {
  const server = await Server.start(args);
  try {
    await use(server);
  } finally {
    await server.stop();
  }
}

test('patches make the same states as whole publications', () => withServer(['--metrics-interval', '0.02'], async server => {
  const {patches, state} = await compareMetrics(server, 50);
  assert.ok(patches >= 50, `${patches} patches`);
  assert.equal(Object.keys(state.cpu.cores).length, cpus().length);
  assert.ok(state.memory.availableBytes <= state.memory.totalBytes);
  assert.ok(state.disks['/'].totalBytes > 0);
  assert.ok(state.network.lo.receivedBytes > 0);
}));

test('what is published fits its schema, patches too', () => withServer(['--metrics-interval', '0.02'], async server => {
  const reader = await MetricsReader.subscribe(server, {delta: true});
  for (let n = 0; n < 5; ++n) assert.equal(problemsByFile(ajv, 'metrics-update', await reader.next()), '');
  await reader.close();
}));

test('nothing is measured while nobody subscribes, and again when somebody does', () =>
  withServer(['--metrics-interval', '0.02'], async server => {
    for (let round = 0; round < 3; ++round) {
      const reader = await MetricsReader.subscribe(server, {});
      await reader.next();
      await reader.close();
    }
    const newest = async () => (await server.call('topic.history', {topic: 'metrics'})).result.offset;
    await until('a time of ten intervals without a publication', async () => {
      const before = await newest();
      await server.call('system.wait', {ms: 200});
      return await newest() === before;
    });
  }));

test('an interval of 0 means no topic', () => withServer(['--metrics-interval', '0'], async server => {
  const {topics} = (await server.call('topic.list')).result;
  assert.ok(topics.every(({topic}) => topic !== 'metrics'));
}));
