// Writes docs/console/NAME.png, a picture of each view: node support/write_console_pictures.mjs. It needs pngquant.
import {execFile} from 'node:child_process';
import {appendFile, mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import WebSocket from 'ws';

import {launchBrowser} from './browser.mjs';
import {ConsoleTab} from './console_tab.mjs';
import {Server} from './server.mjs';

const target = fileURLToPath(new URL('../../../docs/console', import.meta.url));
const seconds = 60;  // of load before health is drawn

const folder = await mkdtemp(path.join(tmpdir(), 'sidewire-pictures-'));
const log = path.join(folder, 'app.log');
const config = path.join(folder, 'sidewire.toml');
const entries = ['INFO listening on port 8080', 'INFO user 17 signed in', 'WARN queue "mail" has 900 entries',
  'ERROR could not reach the database: connection refused', 'INFO user 23 signed in'];
let minute = 0;
const entry = () => `2026-03-01T09:${String(++minute % 60).padStart(2, '0')}:05Z ${entries[minute % entries.length]}\n`;
await writeFile(log, Array.from({length: 20}, entry).join(''));
await writeFile(config, `
[[logs]]
name = "app"
path = "${log}"

[[topic]]
name = "project/*"
events = ["project.changed", "project.removed"]
history-count = 1000
publish = ""
`);
await mkdir(target, {recursive: true});
const server = await Server.start(['--config', config]);
const browser = await launchBrowser();
const launch = {url: server.ready.url, token: server.ready.token};
const publish = (id, params) => server.call('topic.publish', {topic: `project/${id}`, method: 'project.changed', params});

/** A session of a client of this name, which stays until `end`. */
async function session(name, version) {
  const socket = new WebSocket(server.ready.ws, ['sidewire.1.json', `bearer.${server.ready.token}`]);
  const send = message => socket.send(JSON.stringify({jsonrpc: '2.0', ...message}));
  await new Promise(resolve => socket.once('open', resolve));
  send({method: 'session.open', params: {client: {name, version}}});
  await new Promise(resolve => socket.once('message', resolve));
  send({id: 1, method: 'topic.subscribe', params: {topic: 'project/*'}});
  send({id: 2, method: 'system.wait', params: {ms: 600_000}});
  return socket;
}

let load = Promise.resolve();
let isLoaded = true;
/** Calls of all kinds, more and fewer by turns. */
async function work() {
  for (let n = 0; isLoaded; ++n) {
    const count = 6 + Math.round(5 * Math.sin(n / 12));
    for (let at = 0; at < count; ++at) await server.call('logs.tail', {service: 'app', lines: 20});
    if (n % 9 === 0) await server.call('logs.tail', {service: 'none'});
    if (n % 4 === 0) await server.call('system.wait', {ms: 3});
    await publish(1 + n % 3, {name: ['Website', 'Backup', 'Invoices'][n % 3], step: n, state: n % 5 ? 'running' : 'done'});
    if (n % 3 === 0) await appendFile(log, entry());
    await new Promise(resolve => setTimeout(resolve, 250));
  }
}

try {
  const others = [await session('desk', '2.4.1'), await session('tray', '1.0.0')];
  const phone = await ConsoleTab.enter(browser, launch);
  await phone.page.getByRole('combobox', {name: 'Transport'}).selectOption('sse');
  const tab = await ConsoleTab.enter(browser, launch);
  const {page} = tab;
  const picture = async name => {
    const file = path.join(target, `${name}.png`);
    await page.screenshot({path: file, caret: 'initial'});
    await promisify(execFile)('pngquant', ['--force', '--strip', '--output', file, '64', file]);
  };
  load = work();

  await tab.view('topics');
  await page.getByRole('searchbox', {name: 'Find a topic'}).fill('project/*');
  await page.keyboard.press('Enter');
  await page.getByRole('button', {name: 'Subscribe', exact: true}).click();
  await tab.counts('event-count', 40);
  await page.getByRole('listbox', {name: 'Events'}).getByRole('option').nth(2).click();
  await page.getByRole('button', {name: 'Pause'}).click();
  await picture('topics');
  await page.getByRole('button', {name: 'Go on'}).click();

  await tab.view('methods', 'logs.tail');
  await page.getByRole('textbox', {name: 'service'}).fill('app');
  await page.getByRole('textbox', {name: 'lines'}).fill('3');
  await page.getByRole('button', {name: 'Call', exact: true}).click();
  await page.getByTestId('took').waitFor();
  await page.locator('.detail').evaluate(element => element.scrollTo(0, 0));
  await picture('methods');

  await tab.view('traffic');
  const messages = page.getByRole('listbox', {name: 'Messages'}).getByRole('option');
  await messages.filter({hasText: 'project.changed'}).first().click();
  await page.getByRole('button', {name: 'Pause'}).click();
  await picture('traffic');

  others[1].terminate();
  await tab.view('sessions');
  await page.getByRole('row').filter({hasText: 'waiting'}).waitFor();
  await picture('sessions');

  await new Promise(resolve => setTimeout(resolve, seconds * 1000));
  await tab.view('health');
  await page.getByRole('region', {name: 'Methods since the start'}).waitFor();
  await picture('health');

  await tab.view('methods', 'logs.tail');
  await page.emulateMedia({colorScheme: 'dark'});
  await page.getByRole('combobox', {name: 'Transport'}).selectOption('sse');
  await tab.isOn('Event stream');
  await page.getByRole('button', {name: 'Break'}).click();
  await page.getByTestId('state').click();
  await page.getByText(/^Resumed over Event stream/).nth(1).waitFor();
  await picture('connection');
} finally {
  isLoaded = false;
  await load;
  await browser.close();
  await server.stop();
  await rm(folder, {recursive: true});
}
