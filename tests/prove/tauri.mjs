// Proves that the Tauri example starts its sidecar and shows live data, that after a kill -9 of the sidecar it starts
// another one and says so meanwhile, and that a kill -9 of the application leaves no process. `tauri.mjs FILE` keeps a
// picture of the page.
import assert from 'node:assert/strict';
import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {childrenOf, descendantsOf, isRunning} from '../e2e/support/processes.mjs';
import {until} from '../e2e/support/sidecar.mjs';
import {WebKitDriver} from '../e2e/support/webkit_driver.mjs';

const name = 'sidewire-tauri-example';
const application = fileURLToPath(new URL(`../../build/tauri/debug/${name}`, import.meta.url));
const patienceMs = 120_000;
const say = text => console.log(text);

const folder = mkdtempSync(join(tmpdir(), 'sidewire-tauri-'));
const log = join(folder, 'app.log');
writeFileSync(log, 'written before the start\n');
const configuration = join(folder, 'sidewire.toml');
writeFileSync(configuration, `[[logs]]\nname = "app"\npath = "${log}"\n`);

const lines = `[...document.querySelectorAll('#lines li')].map(line => line.textContent)`;
const state = `document.querySelector('#state').textContent`;

/** Waits for the one child of this program, other than `before`. */
async function childOf(parent, program, before) {
  let child;
  await until(`${program} runs`, () => {
    const children = childrenOf(parent).filter(found => found.program === program && found.pid !== before);
    assert.ok(children.length < 2, `${program} runs ${children.length} times`);
    child = children[0]?.pid;
    return child !== undefined;
  }, patienceMs);
  return child;
}

async function showsLiveData(driver, line, expected) {
  await driver.waitFor(`${state}.startsWith('Live over')`);
  appendFileSync(log, `${line}\n`);
  await driver.waitFor(`${lines}.includes(${JSON.stringify(line)})`);
  assert.deepEqual(await driver.execute(`return ${lines}`), expected);
  await driver.execute(`window.drawings = 0;
    new MutationObserver(() => ++window.drawings).observe(document.querySelector('#cpu-chart'), {childList: true})`);
  await driver.waitFor('window.drawings >= 2');
  return driver.execute(`return ${state}`);
}

let all = [];  // of the application's processes, once it is to be killed
const driver = await WebKitDriver.start(application, {SIDEWIRE_CONFIG: configuration});
try {
  const applicationPid = await childOf(driver.pid, name);
  const first = await childOf(applicationPid, 'sidewire');
  const expected = ['written before the start', 'written at first'];
  say(`starts its sidecar and shows its log and metrics: ${await showsLiveData(driver, 'written at first', expected)}`);
  if (process.argv[2]) writeFileSync(process.argv[2], await driver.screenshot());

  await driver.execute(`window.states = [];
    new MutationObserver(() => window.states.push(${state})).observe(document.querySelector('#state'), {childList: true})`);
  process.kill(first, 'SIGKILL');
  await driver.waitFor(`window.states.some(state => state === 'Restarting the sidecar: signal 9 ended it')`);
  const second = await childOf(applicationPid, 'sidewire', first);
  await showsLiveData(driver, 'written after the kill', [...expected, 'written after the kill']);
  assert.ok(!isRunning(first));
  say(`kill -9 of the sidecar: ${(await driver.execute('return window.states')).join(' > ')}`);

  await driver.execute(`document.querySelector('#restart').click()`);
  const third = await childOf(applicationPid, 'sidewire', second);
  await driver.waitFor(`window.states.some(state => state === 'Restarting the sidecar: a restart was asked for')`);
  await driver.waitFor(`${state}.startsWith('Live over')`);
  assert.ok(!isRunning(second));
  say('a restart that the page asks for: live again');

  all = [applicationPid, third, ...descendantsOf(applicationPid).map(({pid}) => pid)];
  process.kill(applicationPid, 'SIGKILL');
  await until('no process is left', () => !all.some(isRunning), patienceMs);
  say('kill -9 of the application: no process is left');
} catch (error) {
  const page = await driver.execute('return document.body.innerText').catch(() => 'no page');
  console.error(`the application said:\n${driver.log}\nthe page shows:\n${page}`);
  throw error;
} finally {
  for (const pid of all.filter(isRunning)) process.kill(pid, 'SIGKILL');
  await driver.stop();
  rmSync(folder, {recursive: true});
}
