// How the console is served, and how it keeps its connection, in Chromium.
import assert from 'node:assert/strict';
import {after, afterEach, before, test} from 'node:test';

import {launchBrowser} from './support/browser.mjs';
import {ConsoleTab} from './support/console_tab.mjs';
import {startConsoleServer} from './support/console_server.mjs';
import {Server} from './support/server.mjs';

// What the browser itself writes of answers that are expected.
const unauthorized = /status of 401/;
const unreachable = /net::ERR_|status of 401/;

let browser, sidecar, server, launch, publish, tab;
before(async () => {
  [browser, sidecar] = await Promise.all([launchBrowser(), startConsoleServer()]);
  ({server, launch, publish} = sidecar);
});
after(async () => { await Promise.all([browser?.close(), sidecar?.stop()]); });
// Of a test that failed.
afterEach(async () => {
  await tab?.page.context().close();
  tab = undefined;
});

/** Ends the tab of a test that went well. */
async function done(expected) {
  const open = tab;
  tab = undefined;
  await open.close({expected});
}

test('it is served without a token, under a policy that lets nothing else in', async () => {
  const answer = await fetch(server.ready.url);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('content-type'), /^text\/html/);
  const policy = answer.headers.get('content-security-policy');
  for (const part of ["default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'", "form-action 'none'",
    "frame-ancestors 'none'"]) {
    assert.ok(policy.includes(part), `${part} in ${policy}`);
  }
  assert.ok(!/unsafe|\*/.test(policy), policy);
  const html = await answer.text();
  const assets = [...html.matchAll(/(?:src|href)="(\.\/assets\/[\w.-]+)"/g)].map(([, name]) => name);
  assert.equal(assets.length, 3, html);
  for (const name of assets) assert.equal((await fetch(new URL(name, `${server.ready.url}/`))).status, 200, name);
});

test('a browser that has the page asks whether it has changed', async () => {
  const {headers} = await fetch(`${server.ready.url}/`);
  const tag = headers.get('etag');
  assert.ok(tag);
  assert.equal((await fetch(`${server.ready.url}/`, {headers: {'if-none-match': tag}})).status, 304);
});

test('below a prefix of a reverse proxy it finds everything there', async () => {
  const below = await startConsoleServer(['--base-path', '/sidecar']);
  try {
    const answer = await fetch(`${below.server.ready.url}/sidecar`, {redirect: 'manual'});
    assert.ok([301, 302, 307, 308].includes(answer.status), String(answer.status));
    assert.equal(new URL(answer.headers.get('location'), answer.url).pathname, '/sidecar/');
    tab = await ConsoleTab.enter(browser, {...below.launch, url: `${below.server.ready.url}/sidecar`});
    const elsewhere = [];
    tab.page.on('request', request => {
      const {pathname} = new URL(request.url());
      if (!pathname.startsWith('/sidecar/')) elsewhere.push(pathname);
    });
    await tab.page.getByRole('combobox', {name: 'Transport'}).selectOption('sse');
    await tab.isOn('Event stream');
    await tab.view('health');
    await tab.page.getByRole('region', {name: 'Methods since the start'}).waitFor();
    assert.deepEqual(elsewhere, []);
    await done();
  } finally {
    await below.stop();
  }
});

test('the link of the banner opens it, and its token leaves the address bar', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  assert.equal(tab.page.url(), `${server.ready.url}/#/methods`);
  await tab.isOn('WebSocket');
  await tab.page.getByRole('link', {name: 'system.echo', exact: true}).waitFor();
  await tab.page.reload();
  await tab.isIn('open');
  await done();
});

test('without a token it asks for one, and says when it is wrong', async () => {
  tab = await ConsoleTab.open(browser, server.ready.url);
  const field = tab.page.getByRole('textbox', {name: 'Token'});
  await field.fill('not-the-token');
  await field.press('Enter');
  await tab.page.getByRole('alert').filter({hasText: 'does not know this token'}).waitFor();
  await tab.page.getByRole('textbox', {name: 'Token'}).fill(server.ready.token);
  await tab.page.getByRole('button', {name: 'Open the console'}).click();
  await tab.isIn('open');
  await done(unauthorized);
});

test('a server that wants no token is entered at once', async () => {
  const open = await startConsoleServer(['--auth', 'none']);
  try {
    tab = await ConsoleTab.open(browser, open.server.ready.url);
    await tab.isIn('open');
    await tab.view('health');
    await tab.page.getByRole('region', {name: 'Methods since the start'}).waitFor();
    await done();
  } finally {
    await open.stop();
  }
});

test('a broken connection resumes where it was, with its subscription', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.page.goto(`${server.ready.url}/#/topics/project%2Fbroken`);
  await tab.page.getByRole('button', {name: 'Subscribe', exact: true}).click();
  await tab.page.getByTestId('watch-phase').filter({hasText: 'Live'}).waitFor();
  await tab.page.getByTestId('state').click();
  const panel = tab.page.getByRole('region', {name: 'Connection'});
  const session = await panel.locator('dd').nth(2).innerText();
  const breaks = 3;
  for (let n = 1; n <= breaks; ++n) {
    await tab.page.getByRole('button', {name: 'Break'}).click();
    await publish('project/broken', {n});
    await panel.getByText(/^Resumed over .* nothing lost$/).nth(n - 1).waitFor();
    await tab.counts('event-count', n);
  }
  assert.equal(await panel.locator('dd').nth(2).innerText(), session);
  assert.deepEqual(await tab.eventsAre('.offset', 3), ['3', '2', '1']);
  await done();
});

test('kept to one transport the session moves there, and back once all are allowed', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.page.goto(`${server.ready.url}/#/topics/project%2Fmoved`);
  await tab.page.getByRole('button', {name: 'Subscribe', exact: true}).click();
  await tab.page.getByTestId('watch-phase').filter({hasText: 'Live'}).waitFor();
  const transport = tab.page.getByRole('combobox', {name: 'Transport'});
  let n = 0;
  for (const [value, label] of [['sse', 'Event stream'], ['poll', 'Long poll'], ['websocket', 'WebSocket'], ['sse', 'Event stream']]) {
    await transport.selectOption(value);
    await tab.isOn(label);
    await tab.page.getByTestId('notice').filter({hasText: `kept to ${label}`}).waitFor();
    await publish('project/moved', {n: ++n});
    await tab.counts('event-count', n);
  }
  await transport.selectOption('');
  await tab.isOn('WebSocket');
  await tab.isIn('open');
  await tab.page.getByTestId('state').click();
  await tab.page.getByRole('region', {name: 'Connection'}).getByText('lost (').waitFor({state: 'detached'});
  assert.deepEqual(await tab.eventsAre('.offset', 4), ['4', '3', '2', '1']);
  await done();
});

test('a server that was started again with another token is told as such', async () => {
  const first = await Server.start();
  tab = await ConsoleTab.enter(browser, {url: first.ready.url, token: first.ready.token});
  await first.stop();
  await tab.isIn('reconnecting');
  const {host} = new URL(first.ready.url);
  const second = await Server.start(['--listen', host]);
  try {
    await tab.page.getByRole('alert').filter({hasText: 'does not know this token'}).waitFor();
    await tab.page.getByRole('textbox', {name: 'Token'}).fill(second.ready.token);
    await tab.page.keyboard.press('Enter');
    await tab.isIn('open');
    await done(unreachable);
  } finally {
    await second.stop();
  }
});

test('it is used by keyboard alone', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  const {keyboard} = tab.page;
  await tab.page.getByRole('searchbox', {name: 'Search methods'}).focus();
  await keyboard.type('system.wait');
  await keyboard.press('ArrowDown');
  await keyboard.press('Enter');
  const field = tab.page.getByRole('textbox', {name: 'ms'});
  await field.waitFor();
  let presses = 0;
  while (!await field.evaluate(element => element === document.activeElement)) {
    assert.ok(++presses < 20, 'Tab reaches the field');
    await keyboard.press('Tab');
  }
  await keyboard.type('0');
  await keyboard.press('Control+Enter');
  await tab.isAt('Answered');
  const outline = await field.evaluate(element => getComputedStyle(element).outlineStyle);
  assert.equal(outline, 'solid');
  await done();
});

test('it follows the light or dark of the system', async () => {
  tab = await ConsoleTab.enter(browser, launch, {colorScheme: 'light'});
  const lightness = () => tab.page.evaluate(
    () => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0));
  assert.ok(await lightness() > 600);
  await tab.page.emulateMedia({colorScheme: 'dark'});
  assert.ok(await lightness() < 150);
  await done();
});

test('every view fits a narrow window', async () => {
  tab = await ConsoleTab.enter(browser, launch, {viewport: {width: 380, height: 800}});
  for (const view of ['topics', 'traffic', 'health', 'sessions', 'methods']) {
    await tab.view(view);
    await tab.page.waitForFunction(name => document.title.toLowerCase().startsWith(name), view);
    const width = await tab.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 380, `${view} is ${width} wide`);
  }
  await done();
});
