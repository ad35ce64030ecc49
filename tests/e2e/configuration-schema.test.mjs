// The schema of the configuration file says what the program takes.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, test} from 'node:test';

import {counterExamples} from './support/counter_examples.mjs';
import {schemas} from './support/schemas.mjs';
import {program} from './support/server.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-configuration-'));
after(() => rmSync(folder, {recursive: true}));

const run = args => spawnSync(program('sidewire'), args, {encoding: 'utf8'});

/** A value of the configuration as TOML: its strings, numbers and lists are those of JSON. */
const tomlValue = value => Array.isArray(value) ? `[${value.map(tomlValue).join(', ')}]` : JSON.stringify(value);

function toml(configuration) {
  const lines = [];
  const members = table => Object.entries(table).map(([name, value]) => `${name} = ${tomlValue(value)}`);
  for (const [section, content] of Object.entries(configuration)) {
    if (Array.isArray(content)) {
      for (const entry of content) lines.push(`[[${section}]]`, ...members(entry));
    } else {
      lines.push(`[${section}]`, ...members(content));
    }
  }
  return lines.join('\n') + '\n';
}

function check(configuration) {
  const path = join(folder, 'sidewire.toml');
  writeFileSync(path, toml(configuration));
  return run(['--config', path, '--check-config']);
}

test('the checked-in schema is the program\'s own', () => {
  const file = new URL('../../schemas/configuration.schema.json', import.meta.url);
  assert.equal(readFileSync(file, 'utf8'), run(['--print-schema']).stdout);
});

test('the program takes the examples of the schema', () => {
  for (const example of schemas.configuration.examples) {
    const {status, stderr} = check(example);
    assert.equal(status, 0, `${toml(example)}${stderr}`);
  }
});

test('the program refuses what the schema refuses', () => {
  for (const example of counterExamples.configuration) {
    const {status, stderr} = check(example);
    assert.notEqual(status, 0, toml(example));
    assert.match(stderr, /sidewire\.toml/);
  }
});
