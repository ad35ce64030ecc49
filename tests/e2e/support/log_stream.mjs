// A log that is written fast and rotated while a subscriber reads it, line by line.
import assert from 'node:assert/strict';
import {closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync, writeSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {setTimeout as pause} from 'node:timers/promises';

import {Server} from './server.mjs';
import {Socket} from './socket.mjs';

/** A server with the log service `app`, which has one file. */
export class LogServer {
  folder = mkdtempSync(join(tmpdir(), 'sidewire-logs-'));
  file = join(this.folder, 'app.log');

  /** `text`: what the file holds at the start. */
  static async start(text = '', configuration = '') {
    const made = new LogServer();
    writeFileSync(made.file, text);
    const toml = join(made.folder, 'sidewire.toml');
    writeFileSync(toml, `[[logs]]\nname = "app"\npath = "${made.file}"\n${configuration}`);
    made.server = await Server.start(['--config', toml]);
    return made;
  }

  /** A subscriber of `logs/app`. */
  async subscribe(options = {}) {
    const socket = await Socket.open(this.server);
    socket.send(JSON.stringify({jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: {topic: 'logs/app', ...options}}));
    const {result, error} = JSON.parse((await socket.next()).data);
    assert.equal(error, undefined, JSON.stringify(error));
    return new LogReader(socket, result);
  }

  async stop() {
    await this.server.stop();
    rmSync(this.folder, {recursive: true});
  }
}

class LogReader {
  #socket;
  /** What the subscription answered. */
  answer;
  publications = 0;
  /** Of the newest publication. */
  offset;

  constructor(socket, answer) {
    this.#socket = socket;
    this.answer = answer;
    this.offset = answer.offset;
  }

  /** The next publication, which has the next offset. */
  async next() {
    const {data, closeCode} = await this.#socket.next();
    assert.equal(closeCode, undefined, 'the connection was closed');
    const message = JSON.parse(data);
    assert.equal(message.method, 'logs.update', String(data));
    assert.equal(message.params._meta.offset, ++this.offset);
    ++this.publications;
    return message;
  }

  /** Lines until there are so many. */
  async lines(count) {
    const lines = [];
    while (lines.length < count) {
      for (const {line} of (await this.next()).params.entries) lines.push(line);
    }
    return lines;
  }

  close() { return this.#socket.close(); }
}

/** Writes numbered lines at a steady rate, each by a write of its own, and rotates the file by renaming so many times. */
async function writeLines(path, {seconds, linesPerSecond, rotations}) {
  const total = seconds * linesPerSecond;
  let file = openSync(path, 'a');
  let rotated = 0;
  const begun = performance.now();
  for (let n = 0; n < total;) {
    const due = Math.min(total, Math.floor((performance.now() - begun) / 1000 * linesPerSecond));
    for (; n < due; ++n) {
      if (n >= total * (rotated + 1) / (rotations + 1)) {
        renameSync(path, `${path}.${++rotated}`);
        closeSync(file);
        file = openSync(path, 'a');
      }
      writeSync(file, `2026-11-21T08:00:00Z INFO ${n} a line of an ordinary length, as programs write them\n`);
    }
    await pause(5);
  }
  closeSync(file);
  assert.equal(rotated, rotations);
  return performance.now() - begun;
}

/** Reads what is written: every line once and in order, or an AssertionError. Counts and times. */
export async function streamLines(load) {
  const log = await LogServer.start();
  try {
    const reader = await log.subscribe();
    const total = load.seconds * load.linesPerSecond;
    const read = (async () => {
      for (let n = 0; n < total;) {
        for (const {line} of (await reader.next()).params.entries) {
          assert.ok(line.startsWith(`2026-11-21T08:00:00Z INFO ${n} `), `line ${n} is: ${line}`);
          ++n;
        }
      }
      return performance.now();
    })();
    const [writtenMs] = await Promise.all([writeLines(log.file, load), read]);
    await reader.close();
    return {lines: total, publications: reader.publications, linesPerSecond: Math.round(total / writtenMs * 1000)};
  } finally {
    await log.stop();
  }
}
