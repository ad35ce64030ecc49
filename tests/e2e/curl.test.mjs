// docs/curl.md: each of its commands does what the page says.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {Server} from './support/server.mjs';
import {until} from './support/sidecar.mjs';

const page = readFileSync(new URL('../../docs/curl.md', import.meta.url), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'sidewire-curl-'));
const token = 'a-token-for-the-page';

/** The blocks of the page in order: `{kind, text, line}`. */
function blocks() {
  const found = [];
  let open = null;
  page.split('\n').forEach((text, index) => {
    if (open === null && text.startsWith('```')) {
      open = {kind: text.slice(3).trim(), lines: [], line: index + 1};
    } else if (open !== null && text === '```') {
      found.push({kind: open.kind, text: open.lines.join('\n'), line: open.line});
      open = null;
    } else {
      open?.lines.push(text);
    }
  });
  assert.equal(open, null, 'every block is closed');
  return found;
}

const all = blocks();
const only = kind => all.find(block => block.kind === kind).text;
/** Each command with what it prints. */
const examples = all.flatMap((block, index) =>
  block.kind === 'sh' ? [{...block, expected: all[index + 1]?.kind === 'output' ? all[index + 1].text : null}] : []);

/** A text of the page as a pattern: `…` is anything, and so is whatever stands at the end of a line behind the text. */
const patternOf = text => new RegExp(text.split('\n').map(line => line.split('…')
  .map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^]*?')).join('[^\\n]*\\r?\\n'));

/** Runs a command until it has ended or printed what is expected: what it printed. */
async function run(command, expected) {
  const child = spawn('bash', ['-c', `set -eu\n${only('sh setup')}\n${command}`], {
    cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'],
    env: {...process.env, SIDEWIRE_URL: server.ready.url, SIDEWIRE_TOKEN: token},
  });
  let printed = '';
  let complaints = '';
  let status = null;
  child.stdout.on('data', text => { printed += text; });
  child.stderr.on('data', text => { complaints += text; });
  const ended = new Promise(resolve => child.on('close', (code, signal) => resolve(status = code ?? signal)));
  const streams = command.includes('curl -sN');
  try {
    await until('the end', () => status !== null || (streams && expected.test(printed)));
  } catch (error) {
    error.message += `, after\n${printed}`;
    throw error;
  } finally {
    if (status === null) process.kill(-child.pid, 'SIGKILL');
    await ended;
  }
  if (!streams) assert.equal(status, 0, complaints);
  return printed;
}

let server;
before(async () => {
  writeFileSync(join(folder, 'app.log'), '2026-02-03 04:05:06 ERROR disk is full\n');
  writeFileSync(join(folder, 'sidewire.toml'), only('toml'));
  server = await Server.start(['--config', join(folder, 'sidewire.toml')], {SIDEWIRE_TOKEN: token});
});
after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

test('the page has commands, and says of each what it prints', () => {
  assert.ok(examples.length > 20);
  for (const {line, expected} of examples) assert.notEqual(expected, null, `the command at line ${line}`);
});

for (const {line, text, expected} of examples) {
  test(`line ${line}: ${text.split('\n')[0]}`, async () => {
    const pattern = patternOf(expected);
    assert.match(await run(text, pattern), pattern);
  });
}
