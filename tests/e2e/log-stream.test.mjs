// The topics of log files: new lines as they are written, over a WebSocket.
import assert from 'node:assert/strict';
import {appendFileSync} from 'node:fs';
import {test} from 'node:test';

import {LogServer, streamLines} from './support/log_stream.mjs';
import {makeAjv, problemsByFile} from './support/schemas.mjs';

const ajv = makeAjv();

async function withLog(text, use, configuration) {
  const log = await LogServer.start(text, configuration);
  try {
    await use(log);
  } finally {
    await log.stop();
  }
}

test('every line of a log that is written fast and rotated arrives once and in order', async () => {
  const {lines, publications} = await streamLines({seconds: 3, linesPerSecond: 5000, rotations: 2});
  assert.ok(publications < lines / 5, `${lines} lines came in ${publications} publications`);
});

test('a new line arrives as an entry of its service', () => withLog('old\n', async log => {
  const reader = await log.subscribe();
  appendFileSync(log.file, '2026-11-21T08:00:00Z ERROR disk is full\nunfin');
  const message = await reader.next();
  assert.equal(problemsByFile(ajv, 'logs-update', message), '');
  assert.deepEqual({...message.params, _meta: undefined}, {
    service: 'app',
    entries: [{time: '2026-11-21T08:00:00.000Z', level: 'error', message: 'disk is full',
      line: '2026-11-21T08:00:00Z ERROR disk is full'}],
    _meta: undefined,
  });
  appendFileSync(log.file, 'ished\n');
  assert.deepEqual(await reader.lines(1), ['unfinished']);
  await reader.close();
}));

test('since "first" brings the last lines from before the server started, too', () =>
  withLog(Array.from({length: 150}, (_, n) => `old ${n}\n`).join(''), async log => {
    appendFileSync(log.file, 'new\n');
    const reader = await log.subscribe({since: 'first'});
    const lines = await reader.lines(101);
    assert.deepEqual([lines[0], lines[99], lines[100]], ['old 50', 'old 149', 'new']);
    await reader.close();
  }));

test('a position stays good while nobody subscribes', () => withLog('', async log => {
  const before = await log.subscribe();
  appendFileSync(log.file, 'one\n');
  assert.deepEqual(await before.lines(1), ['one']);
  await before.close();
  appendFileSync(log.file, 'two\n');
  const after = await log.subscribe({since: {epoch: before.answer.epoch, offset: before.offset}});
  assert.equal(after.answer.recovered, true);
  appendFileSync(log.file, 'three\n');
  assert.deepEqual(await after.lines(2), ['two', 'three']);
  await after.close();
}));

test('the configuration may declare a log\'s topic otherwise', () => withLog('', async log => {
  const {topics} = (await log.server.call('topic.list')).result;
  assert.equal(topics.find(({topic}) => topic === 'logs/app').historyCount, 7);
}, '[[topic]]\nname = "logs/app"\nevents = ["logs.update"]\nhistory-count = 7\n'));

test('a log\'s topic without its event is refused at the start', () => assert.rejects(
  withLog('', () => {}, '[[topic]]\nname = "logs/app"\nevents = ["other"]\n'),
  /the name is taken/));
