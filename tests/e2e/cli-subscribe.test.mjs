// `sidewire-cli subscribe` against the real server, over connections that break.
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, test} from 'node:test';

import {watch} from './support/running.mjs';
import {program} from './support/server.mjs';
import {Sidecar, until} from './support/sidecar.mjs';

const token = 'secret';
const folder = mkdtempSync(join(tmpdir(), 'sidewire-subscribe-'));
const config = join(folder, 'sidewire.toml');
writeFileSync(config, `
[[topic]]
name = "news/*"
events = ["news.update"]
history-count = 10000
publish = ""

[[topic]]
name = "state"
events = ["state.update"]
history-count = 10
delta = true
publish = ""
`);
after(() => rmSync(folder, {recursive: true}));

const serve = (...options) => Sidecar.serve(['--config', config, ...options], {environment: {SIDEWIRE_TOKEN: token}});

/** Publishes over POST, beside everything that breaks. */
async function publish(sidecar, topic, method, params) {
  const headers = {Authorization: `Bearer ${token}`, 'Content-Type': 'application/json'};
  const call = {jsonrpc: '2.0', id: 1, method: 'topic.publish', params: {topic, method, params}};
  const answer = await fetch(`${sidecar.ready.url}/rpc`, {method: 'POST', headers, body: JSON.stringify(call)});
  return (await answer.json()).result;
}

/** A running `sidewire-cli subscribe`: what it printed so far. */
class Subscriber {
  output = '';
  notes = '';

  constructor(url, ...args) {
    const environment = {...process.env, SIDEWIRE_TOKEN: token};
    this.child = watch(spawn(program('sidewire-cli'), ['--url', url, 'subscribe', ...args], {env: environment}));
    this.child.stdout.on('data', text => { this.output += text; });
    this.child.stderr.on('data', text => { this.notes += text; });
    this.ended = once(this.child, 'close').then(([code]) => code);
  }
  get events() { return this.output.split('\n').filter(Boolean).map(line => JSON.parse(line)); }
  get numbers() { return this.numbersOf(); }
  numbersOf(topic) {
    return this.events.filter(event => !topic || event.topic === topic).map(({params}) => params.n);
  }
  hears(count) { return until(`${count} publications: ${this.notes}`, () => this.events.length >= count); }
  says(text) { return until(`a note of "${text}": ${this.notes}`, () => this.notes.includes(text)); }
  interrupt() {
    this.child.kill('SIGINT');
    return this.ended;
  }
}

/** A port through which a client reaches a server, over connections that are cut. */
class Proxy {
  #sockets = new Set();
  #server = net.createServer(client => this.#serve(client));
  isOpen = true;

  static async to(port) {
    const proxy = new Proxy();
    proxy.port = port;
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    proxy.url = `http://127.0.0.1:${proxy.#server.address().port}`;
    return proxy;
  }
  cut() {
    for (const socket of this.#sockets) socket.destroy();
  }
  close() {
    this.cut();
    this.#server.close();
  }
  #serve(client) {
    if (!this.isOpen) return client.destroy();
    const server = net.connect(this.port, '127.0.0.1');
    for (const [socket, other] of [[client, server], [server, client]]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  }
}

let sidecar;
before(async () => { sidecar = await serve(); });
after(() => sidecar?.stop());

/** Publishes until the subscription, which begins with what is new, has heard of something. */
async function begun(subscriber, topic) {
  await until(`a first publication: ${subscriber.notes}`, async () => {
    await publish(sidecar, topic, 'news.update', {n: 0});
    return subscriber.events.length > 0;
  });
}

test('each publication is a line, until Ctrl-C', async () => {
  const subscriber = new Subscriber(sidecar.ready.url, 'news/a');
  await begun(subscriber, 'news/a');
  const {epoch, offset} = await publish(sidecar, 'news/a', 'news.update', {n: 1, text: 'a\nb'});
  await until('the line', () => subscriber.events.at(-1).offset === offset);
  assert.deepEqual(subscriber.events.at(-1),
    {topic: 'news/a', epoch, offset, method: 'news.update', params: {n: 1, text: 'a\nb'}});
  assert.equal(await subscriber.interrupt(), 130);
});

test('a subscription begins with what is kept, or behind the last line of an earlier one', async () => {
  for (let n = 1; n <= 3; ++n) await publish(sidecar, 'news/b', 'news.update', {n});
  const whole = new Subscriber(sidecar.ready.url, 'news/b', '--since', 'first');
  await whole.hears(3);
  const {epoch, offset} = whole.events[1];
  await whole.interrupt();
  const rest = new Subscriber(sidecar.ready.url, 'news/b', '--since', `${epoch}:${offset}`);
  await rest.hears(1);
  assert.deepEqual(rest.numbers, [3]);
  await rest.interrupt();
});

test('publications come once and in order over connections that are cut', async () => {
  const proxy = await Proxy.to(sidecar.port);
  const subscriber = new Subscriber(proxy.url, 'news/*', '--since', 'first', '--policy', 'dropOldest', '--buffer', '5');
  const hearsUpTo = n => until(`${n} of news/c: ${subscriber.notes}`,
    () => subscriber.numbersOf('news/c').length >= n);
  await subscriber.says('connected');
  for (let n = 1; n <= 100; ++n) {
    await publish(sidecar, 'news/c', 'news.update', {n});
    if (n % 4 !== 0) continue;
    await hearsUpTo(n - 3);
    proxy.cut();
  }
  await hearsUpTo(100);
  assert.deepEqual(subscriber.numbersOf('news/c'), Array.from({length: 100}, (_, index) => index + 1));
  assert.match(subscriber.notes, /reconnecting: .*\n.*connected/);
  assert.doesNotMatch(subscriber.notes, /missed|lost \(/);
  assert.equal(await subscriber.interrupt(), 130);
  proxy.close();
});

test('a state whose changes alone travel is printed whole', async () => {
  const items = Object.fromEntries(Array.from({length: 20}, (_, index) => [`item${index}`, index]));
  const subscriber = new Subscriber(sidecar.ready.url, 'state', '--delta', '--since', 'first');
  await subscriber.says('connected');
  for (const n of [1, 2, 3]) await publish(sidecar, 'state', 'state.update', {...items, n});
  await subscriber.hears(3);
  assert.deepEqual(subscriber.events.map(({params}) => params), [1, 2, 3].map(n => ({...items, n})));
  await subscriber.interrupt();
});

test('after a restart of the server the subscription goes on, and says what is lost', async () => {
  const first = await serve();
  const proxy = await Proxy.to(first.port);
  const subscriber = new Subscriber(proxy.url, 'news/a', '--since', 'first');
  await publish(first, 'news/a', 'news.update', {n: 1});
  await subscriber.hears(1);
  first.signal('SIGKILL');
  await first.ended;
  const second = await serve();
  await publish(second, 'news/a', 'news.update', {n: 2});
  proxy.port = second.port;
  await subscriber.hears(2);
  assert.deepEqual(subscriber.numbers, [1, 2]);
  await subscriber.says('the session was lost (restarted)');
  await subscriber.says('news/a: missed an unknown number of publications');
  assert.equal(await subscriber.interrupt(), 130);
  proxy.close();
  await second.stop();
});

test('after the resume window nothing is lost that the topic keeps', async () => {
  const brief = await serve('--resume-window', '0.2');
  const proxy = await Proxy.to(brief.port);
  const subscriber = new Subscriber(proxy.url, 'news/a', '--since', 'first');
  await publish(brief, 'news/a', 'news.update', {n: 1});
  await subscriber.hears(1);
  let last = 1;
  for (let waitMs = 500; !subscriber.notes.includes('lost (expired)'); waitMs *= 2) {
    assert.ok(waitMs < 20_000, subscriber.notes);
    proxy.isOpen = false;
    proxy.cut();
    await new Promise(resolve => setTimeout(resolve, waitMs));
    await publish(brief, 'news/a', 'news.update', {n: ++last});
    proxy.isOpen = true;
    await subscriber.hears(last);
  }
  assert.deepEqual(subscriber.numbers, Array.from({length: last}, (_, index) => index + 1));
  assert.doesNotMatch(subscriber.notes, /missed/);
  await subscriber.interrupt();
  proxy.close();
  await brief.stop();
});

test('a topic that is not there exits with 1, a wrong command line with 2, no server with 3', async () => {
  assert.equal(await new Subscriber(sidecar.ready.url, 'none').ended, 1);
  for (const wrong of [[], ['news/a', '--since', 'yesterday'], ['news/a', '--since', 'e:'],
    ['news/a', '--policy', 'hope'], ['news/a', '--transport', 'post']]) {
    const subscriber = new Subscriber(sidecar.ready.url, ...wrong);
    assert.equal(await subscriber.ended, 2, wrong.join(' '));
    assert.equal(subscriber.output, '');
  }
  const proxy = await Proxy.to(sidecar.port);
  proxy.close();
  assert.equal(await new Subscriber(proxy.url, 'news/a').ended, 3);
});
