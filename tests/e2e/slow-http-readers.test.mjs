// Readers of event streams and polls that stop: they meet the policies of their subscriptions and are told what they
// missed, as WebSockets are.
import assert from 'node:assert/strict';
import http from 'node:http';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';

import {poll, post} from './support/http_session.mjs';
import {Server} from './support/server.mjs';
import {until} from './support/sidecar.mjs';
import {tile} from './support/slow_reader.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-slow-http-'));
const bufferCount = 20;
const keyCount = 5;
/** More than the kernel and the server keep for a session that is not read. */
const fillCount = 900;
const smallCount = 200;
const fillText = 'x'.repeat(16 * 1024);
let server;

before(async () => {
  const configuration = join(folder, 'sidewire.toml');
  writeFileSync(configuration, '[[topic]]\nname = "fan"\nevents = ["fan.out"]\npublish = ""\n');
  server = await Server.start(['--config', configuration]);
});
after(async () => {
  await server?.stop();
  rmSync(folder, {recursive: true});
});

/** A session over HTTP that counts, acknowledges and can stop reading. */
class Reader {
  received = [];
  #sent = 0;
  #nextId = 1;

  take(message) {
    if (message.method?.startsWith('session.')) this.token ??= message.params.resumeToken;
    else this.received.push(message);
  }

  async call(method, params) {
    const id = this.#nextId++;
    await post(server, this.token, {first: ++this.#sent, messages: [{jsonrpc: '2.0', id, method, params}]});
    await until(`the answer to ${method}`, () => this.received.some(message => message.id === id));
    return this.received.find(message => message.id === id).result;
  }

  told() { return this.received.filter(({params}) => (params?._meta ?? params)?.topic === 'fan'); }
}

class EventReader extends Reader {
  #response;
  #text = '';
  #acknowledging = false;

  async open() {
    const {port} = new URL(server.ready.url);
    this.#response = await new Promise((resolve, reject) => {
      http.get({host: '127.0.0.1', port, path: '/rpc', agent: false,
        headers: {authorization: `Bearer ${server.ready.token}`, accept: 'text/event-stream'}}, resolve).on('error', reject);
    });
    this.#response.setEncoding('utf8');
    this.#response.on('data', text => {
      this.#text += text;
      const events = this.#text.split('\n\n');
      this.#text = events.pop();
      for (const event of events) {
        const data = event.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice(6));
        if (data.length > 0) this.take(JSON.parse(data.join('\n')));
      }
      this.#acknowledge();
    });
    await until('session.started', () => this.token !== undefined);
  }

  async #acknowledge() {
    if (this.#acknowledging || this.token === undefined) return;
    this.#acknowledging = true;
    for (let told = 0; told !== this.received.length;) {
      told = this.received.length;
      await post(server, this.token, {received: told});
    }
    this.#acknowledging = false;
  }

  stop() { this.#response.pause(); }
  goOn() { this.#response.resume(); }
  close() { this.#response.destroy(); }
}

class PollReader extends Reader {
  #stopped = false;
  #closed = false;

  async open() {
    for (const message of (await (await poll(server, 5)).json()).messages) this.take(message);
    this.#run();
  }

  async #run() {
    while (!this.#stopped && !this.#closed) {
      const envelope = await (await poll(server, 1, this.token, this.received.length)).json();
      let number = envelope.first;
      for (const message of envelope.messages) {
        if (!message.method?.startsWith('session.') && number++ !== this.received.length + 1) continue;
        this.take(message);
      }
    }
  }

  stop() { this.#stopped = true; }
  goOn() {
    this.#stopped = false;
    this.#run();
  }
  close() { this.#closed = true; }
}

/** Publishes what fills all that is kept, and then small ones with keys. */
async function publish() {
  const calls = Array.from({length: fillCount}, (_, n) => ({n, text: fillText}))
    .concat(Array.from({length: smallCount}, (_, n) => ({n: fillCount + n, text: ''})))
    .map((params, id) => ({jsonrpc: '2.0', id, method: 'topic.publish',
      params: {topic: 'fan', method: 'fan.out', params, key: String(params.n % keyCount)}}));
  for (let at = 0; at < calls.length; at += 50) await server.post(JSON.stringify(calls.slice(at, at + 50)));
  return (await server.call('topic.history', {topic: 'fan', limit: 1})).result.offset;
}

const isTold = {
  dropOldest(told, first, last) {
    const {gaps} = tile(told, first, last);
    assert.equal(gaps.at(-1).to, last - bufferCount);
  },
  latest(told, first, last) {
    const {kept, gaps} = tile(told, first, last);
    assert.ok(gaps.length > 0);
    assert.deepEqual(kept.slice(-keyCount).map(({_meta}) => _meta.offset),
      Array.from({length: keyCount}, (_, index) => last - keyCount + 1 + index));
  },
  disconnect(told, first) {
    const closed = told.at(-1);
    assert.deepEqual([closed.method, closed.params], ['topic.closed', {topic: 'fan', reason: 'slow'}]);
    assert.deepEqual(tile(told.slice(0, -1), first, first + told.length - 2).gaps, []);
  },
};

for (const [name, Kind] of [['an event stream', EventReader], ['polls', PollReader]]) {
  describe(`a reader of ${name} that stops`, () => {
    for (const [policy, check] of Object.entries(isTold)) {
      test(`under ${policy} is told exactly what it missed`, async () => {
        const reader = new Kind();
        await reader.open();
        const {offset} = await reader.call('topic.subscribe', {topic: 'fan', policy, buffer: bufferCount});
        reader.stop();
        const last = await publish();
        reader.goOn();
        await until('the reader has caught up', () => {
          const end = reader.told().at(-1);
          return end !== undefined && (end.method === 'topic.closed' || end.params._meta?.offset === last);
        });
        check(reader.told(), offset + 1, last);
        reader.close();
      });
    }
  });
}
