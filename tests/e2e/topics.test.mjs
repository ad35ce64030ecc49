// Topics over plain WebSockets: what subscribers get of what others publish, on one thread and on two.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import WebSocket from 'ws';

import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {Server} from './support/server.mjs';
import {until} from './support/sidecar.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-topics-'));
const configuration = join(folder, 'sidewire.toml');
writeFileSync(configuration, `
[[topic]]
name = "project/*"
events = ["project.changed", "project.removed"]
history-count = 1000
publish = ""

[[topic]]
name = "live"
events = ["live.item"]
publish = ""

[[topic]]
name = "state"
events = ["state.is"]
retain = true
delta = true
publish = ""

[[topic]]
name = "own"
events = ["own.event"]

[[topic]]
name = "secret"
events = ["secret.event"]
subscribe = "nobody has this"
publish = ""
`);
after(() => rmSync(folder, {recursive: true}));
const ajv = makeAjv();

class Client {
  socket;
  /** Everything that came and was not taken yet, in order. */
  received = [];
  #nextId = 1;

  static async connect(server) {
    const client = new Client();
    client.socket = new WebSocket(server.ready.ws, 'jsonrpc', {headers: {authorization: `Bearer ${server.ready.token}`}});
    client.socket.on('message', (data, isBinary) => {
      client.received.push(isBinary ? decode(data) : JSON.parse(data));
    });
    await once(client.socket, 'open');
    return client;
  }

  send(message) { this.socket.send(JSON.stringify(message)); }

  /** The whole response; what came before it stays in `received`. */
  async call(method, params) {
    const id = this.#nextId++;
    this.send({jsonrpc: '2.0', id, method, params});
    return this.response(id);
  }

  async response(id) {
    await until(`the response ${id}`, () => this.received.some(message => message.id === id));
    return this.received.splice(this.received.findIndex(message => message.id === id), 1)[0];
  }

  async subscribe(topic, options = {}) {
    const {result, error} = await this.call('topic.subscribe', {topic, ...options});
    assert.equal(error, undefined, JSON.stringify(error));
    return result;
  }

  /** Waits for so many notifications, and takes them. */
  async take(count) {
    await until(`${count} notifications`, () => this.received.length >= count);
    return this.received.splice(0, count);
  }

  close() { this.socket.close(); }
}

const offsetsOf = notifications => notifications.map(({params}) => params._meta.offset);
const kindOf = response => response.error?.data.kind;
const publish = (client, topic, n, method = 'project.changed') =>
  client.call('topic.publish', {topic, method, params: {n}});

for (const threads of ['1', '2']) {
  describe(`with --threads ${threads}`, () => {
    let server;
    const clients = [];
    const connect = async () => {
      const client = await Client.connect(server);
      clients.push(client);
      return client;
    };

    before(async () => { server = await Server.start(['--config', configuration, '--threads', threads]); });
    after(async () => {
      for (const client of clients) client.close();
      assert.equal(await server?.stop(), 0);
    });

    test('a publication reaches every subscriber, as its event with topic and offset, in order', async () => {
      const readers = await Promise.all(Array.from({length: 6}, connect));
      const writer = await connect();
      for (const reader of readers) {
        const result = await reader.subscribe('project/a');
        assert.deepEqual({...result, epoch: undefined},
          {topic: 'project/a', epoch: undefined, offset: 0, recovered: true, missed: 0});
      }
      for (let n = 1; n <= 50; ++n) {
        const {result} = await publish(writer, 'project/a', n);
        assert.equal(result.offset, n);
      }
      for (const reader of readers) {
        const events = await reader.take(50);
        assert.deepEqual(offsetsOf(events), Array.from({length: 50}, (_, n) => n + 1));
        assert.deepEqual(events[6],
          {jsonrpc: '2.0', method: 'project.changed', params: {n: 7, _meta: {topic: 'project/a', offset: 7}}});
        assert.equal(problemsByFile(ajv, 'publication', events[0]), '');
      }
    });

    test('publications that many send at once keep their order for everybody', async () => {
      const readers = await Promise.all(Array.from({length: 4}, connect));
      const writers = await Promise.all(Array.from({length: 4}, connect));
      for (const reader of readers) await reader.subscribe('live');
      await Promise.all(writers.map(async (writer, who) => {
        for (let n = 0; n < 50; ++n) {
          await writer.call('topic.publish', {topic: 'live', method: 'live.item', params: {who, n}});
        }
      }));
      const all = await Promise.all(readers.map(reader => reader.take(200)));
      for (const events of all) {
        assert.deepEqual(events, all[0]);
        for (let who = 0; who < 4; ++who) {
          const own = events.filter(({params}) => params.who === who).map(({params}) => params.n);
          assert.deepEqual(own, Array.from({length: 50}, (_, n) => n));
        }
      }
    });

    test('since brings what was missed, and nothing follows an unsubscribe', async () => {
      const writer = await connect();
      const reader = await connect();
      let epoch;
      for (let n = 1; n <= 5; ++n) epoch = (await publish(writer, 'project/b', n)).result.epoch;
      const result = await reader.subscribe('project/b', {since: {epoch, offset: 2}});
      assert.deepEqual(result, {topic: 'project/b', epoch, offset: 2, recovered: true, missed: 0});
      assert.deepEqual(offsetsOf(await reader.take(3)), [3, 4, 5]);
      assert.equal((await reader.call('topic.unsubscribe', {topic: 'project/b'})).result, null);
      await publish(writer, 'project/b', 6);
      const again = await reader.subscribe('project/b', {since: {epoch: 'another', offset: 1}});
      assert.equal(again.recovered, false);
      assert.deepEqual(offsetsOf(await reader.take(6)), [1, 2, 3, 4, 5, 6]);
      assert.equal(kindOf(await reader.call('topic.unsubscribe', {topic: 'project/x'})), 'not_found');
    });

    test('the response comes before the first publication, in a batch too', async () => {
      const writer = await connect();
      for (let n = 1; n <= 3; ++n) await publish(writer, 'project/c', n);
      const reader = await connect();
      reader.send([{jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: {topic: 'project/c', since: 'first'}},
        {jsonrpc: '2.0', id: 2, method: 'system.wait', params: {ms: 50}}]);
      const [batch, ...events] = await reader.take(4);
      assert.deepEqual(batch.map(({id}) => id), [1, 2]);
      assert.deepEqual(offsetsOf(events), [1, 2, 3]);
      const other = await connect();
      other.send({jsonrpc: '2.0', id: 1, method: 'batch.execute', params: {operations: [
        {method: 'topic.subscribe', params: {topic: 'project/c', since: 'first'}}]}});
      const [response, ...same] = await other.take(4);
      assert.equal(response.result.results[0].result.topic, 'project/c');
      assert.deepEqual(offsetsOf(same), [1, 2, 3]);
    });

    test('a pattern brings every topic that fits, later ones too', async () => {
      const writer = await connect();
      const reader = await connect();
      await publish(writer, 'project/d1', 1);
      const {topics} = await reader.subscribe('project/*');
      assert.ok(topics.some(({topic, offset}) => topic === 'project/d1' && offset === 1));
      const {epoch} = (await publish(writer, 'project/d2', 2, 'project.removed')).result;
      const [event] = await reader.take(1);
      assert.deepEqual(event, {jsonrpc: '2.0', method: 'project.removed',
        params: {n: 2, _meta: {topic: 'project/d2', offset: 1, epoch}}});
    });

    test('a slow reader misses an exact range, is told so, and slows nobody', async () => {
      const writer = await connect();
      const slow = await connect();
      const prompt = await connect();
      const first = await slow.subscribe('live', {buffer: 5});
      await prompt.subscribe('live');
      slow.socket._socket.pause();
      const count = 400;
      const text = 'x'.repeat(64 * 1024);
      for (let n = 0; n < count; ++n) {
        await writer.call('topic.publish', {topic: 'live', method: 'live.item', params: {n, text}});
      }
      assert.equal((await prompt.take(count)).length, count);
      slow.socket._socket.resume();
      let next = first.offset + 1;
      let lagged = 0;
      while (next <= first.offset + count) {
        const [{method, params}] = await slow.take(1);
        if (method === 'topic.lagged') {
          assert.equal(problemsByFile(ajv, 'topic-lagged', {jsonrpc: '2.0', method, params}), '');
          assert.equal(params.from, next);
          assert.equal(params.missed, params.to - params.from + 1);
          lagged += params.missed;
          next = params.to + 1;
        } else {
          assert.equal(params._meta.offset, next++);
        }
      }
      assert.ok(lagged > 0 && lagged <= count - 5);
    });

    test('who asks for deltas gets merge patches upon what it has', async () => {
      const writer = await connect();
      const reader = await connect();
      const state = {cpu: 1, disks: {sda: 'x'.repeat(100)}};
      const set = params => writer.call('topic.publish', {topic: 'state', method: 'state.is', params});
      await set(state);
      await reader.subscribe('state', {delta: true});
      await set({...state, cpu: 2});
      const [whole, patch] = await reader.take(2);
      assert.equal(whole.params.disks.sda, state.disks.sda);
      assert.deepEqual({...patch.params, _meta: undefined}, {cpu: 2, _meta: undefined});
      assert.deepEqual(patch.params._meta.delta, {base: whole.params._meta.offset});
      assert.equal(problemsByFile(ajv, 'publication', patch), '');
    });

    test('a client that sends MessagePack gets its publications in it', async () => {
      const writer = await connect();
      const reader = await connect();
      reader.socket.send(encode({jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: {topic: 'project/m'}}));
      await reader.response(1);
      let binary;
      reader.socket.on('message', (_, isBinary) => { binary = isBinary; });
      await publish(writer, 'project/m', 1);
      const [event] = await reader.take(1);
      assert.equal(event.params.n, 1);
      assert.equal(binary, true);
    });

    test('nobody publishes what was not declared, nor forges what the protocol says', async () => {
      const client = await connect();
      await client.subscribe('project/f');
      const attempt = (topic, method, params = {}) => client.call('topic.publish', {topic, method, params});
      assert.equal(kindOf(await attempt('nothing', 'x')), 'not_found');
      assert.equal(kindOf(await attempt('project/*', 'project.changed')), 'not_found');
      assert.equal(kindOf(await attempt('own', 'own.event')), 'forbidden');
      for (const method of ['other', 'topic.lagged', 'session.closed', '$/progress']) {
        assert.equal(kindOf(await attempt('project/f', method)), 'invalid_params', method);
      }
      assert.equal(kindOf(await attempt('project/f', 'project.changed', [1])), 'invalid_params');
      await attempt('project/f', 'project.changed', {_meta: {topic: 'own', offset: 99}, n: 1});
      const [event] = await client.take(1);
      assert.equal(event.params._meta.topic, 'project/f');
      assert.equal(event.params._meta.offset, 1);
    });

    test('history is read in pages, and the list says what the caller may do', async () => {
      const client = await connect();
      let epoch;
      for (let n = 1; n <= 5; ++n) epoch = (await publish(client, 'project/h', n)).result.epoch;
      const {result} = await client.call('topic.history', {topic: 'project/h', since: {epoch, offset: 1}, limit: 2});
      assert.deepEqual(result, {topic: 'project/h', epoch, offset: 5, publications: [
        {offset: 2, method: 'project.changed', params: {n: 2}},
        {offset: 3, method: 'project.changed', params: {n: 3}}]});
      assert.deepEqual((await server.call('topic.history', {topic: 'project/h', limit: 1})).result.publications[0].offset, 1);
      const {topics} = (await client.call('topic.list')).result;
      const own = topics.find(({topic}) => topic === 'own');
      assert.deepEqual(own, {topic: 'own', events: ['own.event'], historyCount: 0, retainsLast: false, delta: false,
        mayPublish: false});
      assert.ok(topics.find(({topic}) => topic === 'project/*').mayPublish);
      assert.ok(topics.some(({topic}) => topic === 'project/h'));
    });

    test('what cannot be subscribed to says why', async () => {
      const client = await connect();
      const attempt = params => client.call('topic.subscribe', params);
      assert.equal(kindOf(await attempt({topic: 'nothing'})), 'not_found');
      assert.equal(kindOf(await attempt({topic: 'live/'})), 'invalid_params');
      assert.equal(kindOf(await attempt({topic: 'live', since: 7})), 'invalid_params');
      assert.equal(kindOf(await attempt({topic: 'live', buffer: 0})), 'invalid_params');
      assert.equal(kindOf(await attempt({topic: 'live', buffer: 1e6})), 'limit_exceeded');
      assert.equal(kindOf(await server.call('topic.subscribe', {topic: 'live'})), 'invalid_request');
      assert.equal(kindOf(await server.call('topic.unsubscribe', {topic: 'live'})), 'invalid_request');
    });

    test('a client that vanishes while it subscribes harms nobody', async () => {
      const writer = await connect();
      for (let round = 0; round < 20; ++round) {
        const passing = await Client.connect(server);
        for (const topic of [`project/v${round}`, 'project/*', '**']) {
          passing.send({jsonrpc: '2.0', id: topic, method: 'topic.subscribe', params: {topic}});
        }
        passing.socket.terminate();
        assert.equal((await publish(writer, `project/v${round}`, round)).result.offset, 1);
      }
    });
  });
}
