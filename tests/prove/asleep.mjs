// A tab that sleeps: after 30 s its session resumes, after 120 s, beyond the resume window, its subscription comes back
// through `since`, and nothing that the topic keeps is lost or comes twice: `./dev prove asleep [SECONDS…]`.
import assert from 'node:assert/strict';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';

import {launchBrowser} from '../e2e/support/browser.mjs';
import {serveFolder} from '../e2e/support/folder_server.mjs';
import {Server} from '../e2e/support/server.mjs';
import {until} from '../e2e/support/sidecar.mjs';

const sleeps = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [30, 120];
const resumeWindowMs = 60_000;
const publishEveryMs = 50;
const client = fileURLToPath(new URL('../../clients/typescript/dist', import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'sidewire-asleep-'));
process.on('exit', () => rmSync(folder, {recursive: true}));
writeFileSync(join(folder, 'sidewire.toml'),
  '[[topic]]\nname = "ticks"\nevents = ["tick"]\nhistory-count = 10000\npublish = ""\n');
const server = await Server.start(['--config', join(folder, 'sidewire.toml')]);
const site = await serveFolder(client);
const browser = await launchBrowser();
const page = await browser.newPage();
// Any page of the client's own origin; what runs in it is below.
await page.goto(`${site.url}index.js`);
assert.ok(readFileSync(join(client, 'index.js')).length > 0);

await page.evaluate(async ({url, token}) => {
  const {connect} = await import('/index.js');
  globalThis.heard = [];
  globalThis.states = [];
  globalThis.sessions = 0;
  const rpc = connect({url, token});
  rpc.on('state', ({name, reason}) => states.push(`${name} ${reason?.message ?? ''}`.trim()));
  globalThis.rpc = rpc;
  (async () => { for await (const {params} of rpc.subscribe('ticks', {since: 'first'})) heard.push(params.n); })();
  await rpc.call('system.echo', {});
}, {url: server.ready.url, token: server.ready.token});

const heardCount = () => page.evaluate(() => heard.length);
const debug = await browser.newBrowserCDPSession();
// What Chromium freezes goes on in part; a stopped process sleeps as a machine does.
const signal = async name => {
  const {processInfo} = await debug.send('SystemInfo.getProcessInfo');
  for (const {type, id} of processInfo) if (type === 'renderer') process.kill(id, name);
};
const figures = async () => (await server.fetch('/metrics')).text();
const resumes = async outcome =>
  Number(new RegExp(`sidewire_session_resumes_total{outcome="${outcome}"} (\\d+)`).exec(await figures())?.[1] ?? 0);

let published = 0;
const publish = () => server.call('topic.publish', {topic: 'ticks', method: 'tick', params: {n: ++published}});
await publish();
await until('the first event', async () => await heardCount() === 1);

for (const seconds of sleeps) {
  const before = {recovered: await resumes('recovered'), expired: await resumes('expired')};
  await signal('SIGSTOP');
  const asleepAt = Date.now();
  const first = published;
  while (Date.now() - asleepAt < seconds * 1000) {
    await publish();
    await new Promise(resolve => setTimeout(resolve, publishEveryMs));
  }
  await signal('SIGCONT');
  const awakeAt = Date.now();
  await until('all that was published', async () => await heardCount() >= published);
  const heard = await page.evaluate(() => heard);
  assert.deepEqual(heard, Array.from({length: published}, (_, index) => index + 1));
  const after = {recovered: await resumes('recovered'), expired: await resumes('expired')};
  console.log(`asleep for ${seconds} s: all ${published - first} publications came once and in order, ` +
    `${Date.now() - awakeAt} ms after it woke up; sessions resumed ${after.recovered - before.recovered}, ` +
    `begun anew ${after.expired - before.expired}`);
  if (seconds * 1000 > resumeWindowMs * 1.6) assert.equal(after.expired - before.expired, 1);
}
console.log(`states: ${(await page.evaluate(() => states)).join(', ')}`);

await browser.close();
await site.stop();
assert.equal(await server.stop(), 0);
