// `sidewire-cli` through the intermediaries of the end-to-end tests.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { intermediaries } from '../../tests/e2e/support/intermediaries.mjs';
import { pinned } from './server.mjs';
import { median } from './statistics.mjs';

const run = promisify(execFile);
const callCount = 3;
const timeoutMs = 20_000;

/** What is measured, by the name of the figure in the results. */
export const throughFigures = [
  { title: 'directly', figure: 'directMs' },
  { title: 'nginx without Upgrade', figure: 'nginxWithoutUpgradeMs', between: 'nginx that does not forward Upgrade' },
  { title: 'nginx that buffers', figure: 'bufferingNginxMs', between: 'nginx that buffers responses' },
  { title: 'haproxy, 5 s', figure: 'haproxyMs', between: 'haproxy that cuts connections after 5 s' },
  { title: 'HTTP/1.0 proxy', figure: 'http10Ms', between: 'an HTTP/1.0 proxy' },
  { title: 'silent upgrade', figure: 'silentUpgradeMs', between: 'a proxy that takes the upgrade and then forwards nothing' },
];

/** One call by a program of its own, which knows nothing of the calls before; in milliseconds. */
async function callOnce(setup, url, token) {
  const [program, ...rest] = pinned(setup.loadCore, [
    `${setup.build}/sidewire-cli`, '--url', url, 'call', 'system.echo', 'n=1',
  ]);
  const began = performance.now();
  const { stdout } = await run(program, rest, {
    env: { ...process.env, SIDEWIRE_TOKEN: token },
    timeout: timeoutMs,
  });
  const tookMs = performance.now() - began;
  assert.deepEqual(JSON.parse(stdout), { n: 1 });
  return tookMs;
}

async function callThrough(setup, url, token) {
  const times = [];
  for (let i = 0; i < callCount; ++i) times.push(await callOnce(setup, url, token));
  return median(times);
}

/** The figures of one round: directly, and through each of the intermediaries in turn. */
export async function measureThrough(setup, server) {
  const upstream = `http://127.0.0.1:${server.port}`;
  const result = {};
  for (const { figure, between } of throughFigures) {
    if (between === undefined) {
      result[figure] = await callThrough(setup, upstream, server.token);
      continue;
    }
    const started = await intermediaries[between](upstream);
    try {
      result[figure] = await callThrough(setup, started.url, server.token);
    } finally {
      await started.stop();
    }
  }
  return result;
}
