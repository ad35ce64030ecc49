// The example page, built by Vite, in Chromium, against the real server.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {appendFileSync, mkdtempSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';

import {launchBrowser} from './support/browser.mjs';
import {CuttableLink} from './support/cuttable_link.mjs';
import {serveFolder} from './support/folder_server.mjs';
import {LogServer} from './support/log_stream.mjs';
import {until} from './support/sidecar.mjs';

const example = fileURLToPath(new URL('../../examples/dashboard', import.meta.url));
const patienceMs = 120_000;
let folder, site, browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sidewire-dashboard-'));
  const vite = join(example, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], {cwd: example});
  site = await serveFolder(folder);
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  rmSync(folder, {recursive: true});
});

/** The page before a server of its own whose log `app` begins with `text`. `complaints`: errors on its console. */
async function withPage(text, use, {token, isCut = false} = {}) {
  const log = await LogServer.start(text, '[server]\nmetrics-interval = 0.05\n');
  const link = await CuttableLink.start(log.server.ready.url);
  if (isCut) link.cut();
  const context = await browser.newContext({viewport: {width: 1100, height: 760}});
  try {
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const complaints = [];
    page.on('pageerror', error => complaints.push(error.message));
    page.on('console', message => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${site.url}?port=${link.port}#token=${token ?? log.server.ready.token}`);
    await use({page, log, link, complaints});
  } finally {
    await context.close();
    await link.stop();
    await log.stop();
  }
}

const waitForState = (page, pattern) => page.locator('#state').filter({hasText: pattern}).waitFor();
const waitForLine = (page, text) => page.locator('#lines li', {hasText: text}).waitFor();
const linesOf = page => page.locator('#lines li').allTextContents();

/** Waits until the processor's chart was drawn so many times more. */
const waitForMetrics = (page, count) => page.locator('#cpu-chart').evaluate((chart, least) => new Promise(resolve => {
  new MutationObserver(() => { if (--least === 0) resolve(); }).observe(chart, {childList: true});
}), count);

test('the page shows the log\'s last lines and new ones as they are written, and moving metrics', () =>
  withPage('old line\n', async ({page, log, complaints}) => {
    await waitForState(page, 'Live over websocket');
    await waitForLine(page, 'old line');
    appendFileSync(log.file, '2026-11-21T08:00:00Z ERROR disk is full\n');
    await waitForLine(page, 'disk is full');
    assert.equal(await page.locator('#lines li[data-level=error]').count(), 1);
    await waitForMetrics(page, 3);
    assert.match(await page.locator('#cpu').textContent(), /^\d+\.\d %$/);
    assert.match(await page.locator('#memory').textContent(), /^\d+\.\d [KMGT]iB$/);
    assert.deepEqual(complaints, []);
  }));

test('after a cut the page says that it reconnects, comes back by itself and has missed no line', () =>
  withPage('', async ({page, log, link}) => {
    await waitForState(page, 'Live');
    appendFileSync(log.file, 'before the cut\n');
    await waitForLine(page, 'before the cut');
    link.cut();
    await waitForState(page, 'Reconnecting');
    appendFileSync(log.file, 'during the cut\n');
    link.mend();
    await waitForState(page, 'Live');
    appendFileSync(log.file, 'after the cut\n');
    await waitForLine(page, 'after the cut');
    const lines = await linesOf(page);
    assert.deepEqual(lines, ['before the cut', 'during the cut', 'after the cut']);
    await waitForMetrics(page, 3);
  }));

test('a page that was opened long before its server shows everything once that is there', () =>
  withPage('old line\n', async ({page, link}) => {
    await until('thirty refused connections', () => link.refusedCount >= 30, patienceMs);
    await waitForState(page, 'Connecting');
    link.mend();
    await waitForState(page, 'Live');
    await waitForLine(page, 'old line');
    await waitForMetrics(page, 2);
    await page.locator('#machine', {hasText: 'sidewire'}).waitFor();
  }, {isCut: true}));

test('a page with a wrong token says that it is refused, and why', () => withPage('', async ({page}) => {
  await waitForState(page, 'Closed');
  assert.match(await page.locator('#reason').textContent(), /token/);
}, {token: 'wrong'}));
