// Proves that `metrics` as merge patches costs under 30 % of the bytes of whole publications over a minute of this
// machine, and makes the same states.
import assert from 'node:assert/strict';

import {compareMetrics} from '../e2e/support/metrics_stream.mjs';
import {Server} from '../e2e/support/server.mjs';

const seconds = Number(process.argv[2] ?? 60);
const server = await Server.start();
try {
  const {deltaBytes, wholeBytes, state} = await compareMetrics(server, seconds);
  const share = 100 * deltaBytes / wholeBytes;
  console.log(`${seconds} states of ${Object.keys(state.cpu.cores).length} cores, ${Object.keys(state.disks).length} disks and ` +
    `${Object.keys(state.network).length} interfaces: ${deltaBytes} bytes as patches, ${wholeBytes} whole, ${share.toFixed(1)} %`);
  assert.ok(share < 30);
} finally {
  await server.stop();
}
