// `sidewire-cli` through the intermediaries of the end-to-end tests.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { intermediaries } from '../../tests/e2e/support/intermediaries.mjs';
import { pinned } from './server.mjs';
import { median } from './statistics.mjs';

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

/** One call by a program of its own, which knows nothing of the calls before: milliseconds from its start to its answer. */
async function callOnce(setup, url, token) {
  const [program, ...rest] = pinned(setup.loadCore, [
    `${setup.build}/sidewire-cli`, '--url', url, 'call', 'system.echo', 'n=1',
  ]);
  const began = performance.now();
  const child = spawn(program, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SIDEWIRE_TOKEN: token },
    timeout: timeoutMs,
  });
  let answeredMs;
  let output = '';
  let notes = '';
  child.stdout.on('data', (text) => {
    answeredMs ??= performance.now() - began;
    output += text;
  });
  child.stderr.on('data', (text) => {
    notes += text;
  });
  await once(child, 'close');
  assert.equal(output, '{"n":1}\n', notes);
  return answeredMs;
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
