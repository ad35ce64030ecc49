// What the console shows and does, in Chromium, served by the server itself.
import assert from 'node:assert/strict';
import {execFile} from 'node:child_process';
import {appendFile, readFile} from 'node:fs/promises';
import path from 'node:path';
import {after, afterEach, before, test} from 'node:test';
import {promisify} from 'node:util';

import {launchBrowser} from './support/browser.mjs';
import {ConsoleTab} from './support/console_tab.mjs';
import {startConsoleServer} from './support/console_server.mjs';
import {program} from './support/server.mjs';

const run = promisify(execFile);

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

/** The raw JSON of a result. */
async function rawResult() {
  await tab.isAt('Answered');
  await tab.choose('Look of Result', 'Raw');
  return tab.page.locator('pre[aria-label="Result"]').innerText();
}

test('a method is found, filled in by a form and called, and its result is a tree and raw', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.page.getByRole('searchbox', {name: 'Search methods'}).fill('last entries');
  await tab.page.getByRole('link', {name: 'logs.tail'}).click();
  await tab.page.getByRole('textbox', {name: 'service'}).fill('app');
  await tab.page.getByRole('textbox', {name: 'lines'}).fill('many');
  await tab.call();
  await tab.page.getByRole('alert').filter({hasText: 'A whole number is needed'}).waitFor();
  await tab.page.getByRole('textbox', {name: 'lines'}).fill('1');
  await tab.call();
  await tab.isAt('Answered');
  const tree = tab.page.getByRole('tree', {name: 'Result'});
  await tree.getByText('"the first line"').waitFor();
  await tree.getByRole('treeitem').first().focus();
  await tab.page.keyboard.press('ArrowLeft');
  await tree.getByText('"the first line"').waitFor({state: 'detached'});
  const {entries} = JSON.parse(await rawResult());
  assert.equal(entries[0].message, 'the first line');
  await done();
});

test('what the server finds wrong is shown where it is', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.chooseMethod('logs.tail');
  await tab.page.getByRole('textbox', {name: 'service'}).fill('nothing-of-the-kind');
  await tab.call();
  await tab.isAt('Failed');
  await tab.page.getByRole('region', {name: 'Outcome'}).getByText('not_found').waitFor();
  await tab.page.getByRole('textbox', {name: 'service'}).fill('app');
  await tab.fillJson('{"service": 7}');
  await tab.call();
  await tab.page.getByRole('region', {name: 'Outcome'}).getByText('/service', {exact: true}).waitFor();
  await done();
});

test('nested params are filled in, and form and JSON say the same', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.chooseMethod('batch.execute');
  const add = tab.page.getByRole('button', {name: 'Add to operations'});
  await add.click();
  await add.click();
  await tab.page.getByRole('textbox', {name: 'method'}).first().fill('system.echo');
  await tab.page.getByRole('textbox', {name: 'params'}).first().fill('{"n": 9007199254740993}');
  await tab.page.getByRole('textbox', {name: 'method'}).nth(1).fill('rpc.ping');
  await tab.choose('How to fill in', 'JSON');
  const json = tab.page.getByRole('textbox', {name: 'Parameters as JSON'});
  assert.match(await json.inputValue(), /"n": 9007199254740993/);
  await tab.choose('How to fill in', 'Form');
  await tab.page.getByRole('button', {name: 'Remove operations 2'}).click();
  await tab.call();
  assert.equal((await rawResult()).replace(/\s/g, ''), '{"results":[{"result":{"n":9007199254740993}}]}');
  await done();
});

test('a method is called over each transport in each format', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.chooseMethod('system.echo');
  for (const way of ['page', 'websocket', 'sse', 'poll', 'post']) {
    for (const format of ['json', 'msgpack']) {
      await tab.fillJson(`{"over": "${way} ${format}", "n": 18446744073709551615}`);
      await tab.page.getByLabel('Over').selectOption(way);
      await tab.page.getByLabel('Format').selectOption(format);
      await tab.call();
      const outcome = tab.page.getByRole('tree', {name: 'Result'});
      await outcome.getByText(`"${way} ${format}"`).waitFor();
      await outcome.getByText('18446744073709551615').waitFor();
    }
  }
  await tab.view('traffic');
  await tab.page.getByRole('searchbox', {name: 'Filter by text'}).fill('post msgpack');
  const rows = tab.page.getByRole('listbox', {name: 'Messages'}).getByRole('option');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), 2);
  await done();
});

for (const way of ['page', 'poll', 'post']) {
  test(`a stream shows what comes over ${way}, until it is cancelled`, async () => {
    tab = await ConsoleTab.enter(browser, launch);
    await tab.chooseMethod('logs.follow');
    await tab.page.getByRole('textbox', {name: 'service'}).fill('app');
    await tab.page.getByRole('textbox', {name: 'lines'}).fill('1');
    await tab.page.getByLabel('Over').selectOption(way);
    await tab.call();
    await tab.counts('item-count', 1);
    await appendFile(sidecar.log, `2026-01-02T03:04:06Z WARN followed over ${way}\n`);
    const items = tab.page.getByRole('listbox', {name: 'Items'}).getByRole('option');
    await items.filter({hasText: `followed over ${way}`}).first().click();
    await tab.page.getByRole('tree', {name: /^Item/}).getByText(`"followed over ${way}"`).first().waitFor();
    await tab.page.getByRole('button', {name: 'Cancel'}).click();
    await tab.isAt('Cancelled');
    await done();
  });
}

test('a call that runs is cancelled, and one that takes too long times out', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.chooseMethod('system.wait');
  await tab.page.getByRole('textbox', {name: 'ms'}).fill('600000');
  await tab.call();
  await tab.isAt('Running');
  await tab.page.getByRole('button', {name: 'Cancel'}).click();
  await tab.isAt('Cancelled');
  await tab.page.getByLabel('Time-out, ms').fill('20');
  await tab.call();
  await tab.isAt('Failed');
  await done();
});

test('a call that is copied for a shell runs there', async () => {
  tab = await ConsoleTab.enter(browser, launch, {permissions: ['clipboard-read', 'clipboard-write']});
  await tab.chooseMethod('system.echo');
  await tab.fillJson('{"text": "it\'s \\"quoted\\" $HOME"}');
  const copied = async name => {
    await tab.page.getByRole('group', {name: 'Copy this call'}).getByRole('button', {name}).click();
    await tab.page.getByRole('button', {name: 'Copied'}).waitFor();
    const text = await tab.page.evaluate(() => navigator.clipboard.readText());
    await tab.page.getByRole('button', {name: 'Copied'}).waitFor({state: 'detached'});
    return text;
  };
  const PATH = `${path.dirname(program('sidewire-cli'))}:${process.env.PATH}`;
  const env = {...process.env, PATH, SIDEWIRE_TOKEN: server.ready.token};
  const curl = JSON.parse((await run('bash', ['-c', `${await copied('curl')} --silent`], {env})).stdout);
  assert.deepEqual(curl.result, {text: 'it\'s "quoted" $HOME'});
  const cli = JSON.parse((await run('bash', ['-c', await copied('sidewire-cli')], {env})).stdout);
  assert.deepEqual(cli, {text: 'it\'s "quoted" $HOME'});
  assert.match(await copied('TypeScript'), /rpc\.call\("system\.echo", \{/);
  await done();
});

test('a pattern is subscribed to: what comes, how fast, and each event', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.view('topics');
  const find = tab.page.getByRole('searchbox', {name: 'Find a topic'});
  await find.fill('project/*');
  await find.press('Enter');
  await tab.page.getByLabel('From').selectOption('new');
  await tab.page.getByRole('button', {name: 'Subscribe', exact: true}).click();
  await tab.page.getByTestId('watch-phase').filter({hasText: 'Live'}).waitFor();
  for (let n = 1; n <= 3; ++n) await publish(`project/${n}`, {name: `Project ${n}`});
  await tab.counts('event-count', 3);
  await tab.counts('lag', 0);
  const rows = tab.page.getByRole('listbox', {name: 'Events'}).getByRole('option');
  assert.deepEqual(await tab.eventsAre('.method', 3), ['project/3', 'project/2', 'project/1']);
  await rows.nth(1).click();
  await tab.page.getByRole('tree', {name: 'Event'}).getByText('"Project 2"').waitFor();
  await tab.page.getByRole('button', {name: 'Pause'}).click();
  await publish('project/4', {name: 'Project 4'});
  await tab.counts('event-count', 4);
  assert.equal(await rows.count(), 3);
  await tab.page.getByRole('button', {name: 'Unsubscribe'}).click();
  await tab.page.getByTestId('watch-phase').filter({hasText: 'Unsubscribed'}).waitFor();
  await done();
});

test('a topic shows its history, and what is no longer kept is told', async () => {
  for (let n = 1; n <= 5; ++n) await publish('brief/1', {n});
  const {epoch} = (await server.call('topic.history', {topic: 'brief/1', limit: 0})).result;
  tab = await ConsoleTab.enter(browser, launch);
  await tab.page.goto(`${server.ready.url}/#/topics/brief%2F1`);
  await tab.choose('What to see', 'History');
  const history = tab.page.getByRole('region', {name: 'History'});
  await history.getByText('{"n":5}').click();
  await tab.page.getByRole('tree', {name: 'Event'}).getByText('5', {exact: true}).waitFor();
  assert.equal(await history.getByRole('row').count(), 3);
  await tab.choose('What to see', 'Live');
  await tab.page.getByLabel('From').selectOption('position');
  await tab.page.getByLabel('Epoch').fill(epoch);
  await tab.page.getByLabel('After offset').fill('1');
  await tab.page.getByRole('button', {name: 'Subscribe', exact: true}).click();
  await tab.counts('event-count', 2);
  await tab.page.getByRole('listbox', {name: 'Events'}).getByText('2 events missed').first().waitFor();
  await done();
});

test('every message is shown in both directions, filtered, paused and recorded without secrets', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.chooseMethod('system.echo');
  await tab.view('traffic');
  await tab.page.getByRole('button', {name: 'Record to a file'}).click();
  await tab.page.getByTestId('recorded').waitFor();
  await tab.view('methods', 'system.echo');
  await tab.fillJson('{"text": "seen on the wire"}');
  await tab.call();
  await tab.isAt('Answered');
  await tab.view('traffic');
  const rows = tab.page.getByRole('listbox', {name: 'Messages'}).getByRole('option');
  const search = tab.page.getByRole('searchbox', {name: 'Filter by text'});
  await search.fill('seen on the wire');
  await rows.filter({hasText: 'result #'}).first().waitFor();
  await tab.choose('Direction', 'Sent');
  await rows.filter({hasText: 'result #'}).first().waitFor({state: 'detached'});
  await rows.filter({hasText: 'system.echo'}).first().click();
  await tab.page.getByRole('tree', {name: 'Message'}).getByText('"seen on the wire"').waitFor();
  await tab.page.getByRole('checkbox', {name: 'Requests'}).uncheck();
  await tab.page.getByText('No message fits the filter').waitFor();
  await tab.page.getByRole('checkbox', {name: 'Requests'}).check();
  await search.fill('session.open');
  await rows.filter({hasText: 'session.open'}).first().click();
  await tab.page.getByRole('tree', {name: 'Message'}).getByText('"[redacted]"').first().waitFor();
  const [download] = await Promise.all([
    tab.page.waitForEvent('download'), tab.page.getByRole('button', {name: 'Stop and save'}).click(),
  ]);
  const text = await readFile(await download.path(), 'utf8');
  const messages = text.trimEnd().split('\n').map(line => JSON.parse(line));
  assert.ok(messages.some(({direction, message}) => direction === 'in' && message?.method === 'system.echo'));
  assert.ok(messages.some(({direction, message}) => direction === 'out' && message?.result?.text === 'seen on the wire'));
  assert.ok(!text.includes(server.ready.token));
  const env = {...process.env, SIDEWIRE_URL: server.ready.url, SIDEWIRE_TOKEN: server.ready.token};
  const replayed = await run(program('sidewire-cli'), ['replay', await download.path(), '--fast'], {env});
  const {same, failed} = JSON.parse(replayed.stdout);
  assert.ok(same >= 1, replayed.stdout);
  assert.equal(failed, 0);
  await tab.page.getByRole('button', {name: 'Clear'}).click();
  await done();
});

test('the server\'s health is drawn as it comes', async () => {
  tab = await ConsoleTab.enter(browser, launch);
  await tab.view('health');
  const figures = tab.page.getByRole('region', {name: 'Methods since the start'});
  await figures.waitFor();
  for (let n = 0; n < 20; ++n) await server.call('system.wait', {ms: 1});
  const row = figures.getByRole('row').filter({hasText: 'system.wait'});
  await row.getByText('ms').first().waitFor();
  const charts = tab.page.locator('figure');
  for (const title of ['Calls per second', 'Latency in the server', 'Connections and sessions', 'Memory of the server',
    'Processor', 'Publications per second', 'Bytes over HTTP', 'Bytes over WebSocket']) {
    const chart = charts.filter({hasText: title});
    await chart.locator('path[d^="M"]').first().waitFor({state: 'attached'});
    assert.match(await chart.locator('svg').getAttribute('aria-label'), /\d/);
  }
  await done();
});

test('sessions are listed: this page, others, and those whose client is away', async () => {
  const other = await ConsoleTab.enter(browser, launch);
  await other.page.getByRole('combobox', {name: 'Transport'}).selectOption('sse');
  await other.isOn('Event stream');
  tab = await ConsoleTab.enter(browser, launch);
  await tab.view('sessions');
  const rows = tab.page.getByRole('region', {name: 'Sessions'}).getByRole('row');
  await rows.filter({hasText: 'this page'}).filter({hasText: 'WebSocket'}).filter({hasText: 'sidewire-console'}).waitFor();
  await rows.filter({hasNotText: 'this page'}).filter({hasText: 'Event stream'}).first().waitFor();
  await other.close();
  await rows.filter({hasText: 'waiting'}).first().waitFor();
  await done();
});
