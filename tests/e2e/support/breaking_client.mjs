// A client that keeps a session over raw TCP and kills its connections: after any number of messages or bytes, in
// either direction, with or without the old one still open. It fails where a call is answered twice, a message is lost,
// repeated or out of order. Where it has several transports it moves between them.
import assert from 'node:assert/strict';
import net from 'node:net';

import {EventConnection, PollConnection} from './http_connection.mjs';
import {handshake, opcode} from './raw_websocket.mjs';

/** Numbers in [0, bound), the same for the same seed. */
export function seeded(seed) {
  let state = seed >>> 0;
  return bound => {
    state = (state + 0x6D2B79F5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

/** A frame as a client sends it, with a mask of zeros. */
function frame(op, payload) {
  const body = Buffer.from(payload);
  const long = body.length >= 126;
  const bytes = Buffer.alloc((long ? 8 : 6) + body.length);
  bytes[0] = 0x80 | op;
  bytes[1] = 0x80 | (long ? 126 : body.length);
  if (long) bytes.writeUInt16BE(body.length, 2);
  body.copy(bytes, bytes.length - body.length);
  return bytes;
}

/** One connection: WebSocket over a socket that ends as its cut says. */
class Connection {
  #socket;
  #kept = Buffer.alloc(0);
  #upgraded = false;
  #cut;
  #sentBytes = 0;
  #receivedBytes = 0;
  #sentMessages = 0;
  #receivedMessages = 0;
  isDead = false;

  /** `cut`: `{what, count, how}`, or null for none. `client` hears `onOpen`, `onMessage`, `onClose` and `onCut`. */
  constructor(client, url, token, cut) {
    this.client = client;
    this.#cut = cut;
    const {hostname, port} = new URL(url);
    this.#socket = net.connect({host: hostname, port, noDelay: true});
    this.#socket.on('connect', () => this.#write(Buffer.from(handshake(url,
      {Authorization: `Bearer ${token}`, 'Sec-WebSocket-Protocol': 'sidewire.1.json'}))));
    this.#socket.on('data', bytes => this.#take(bytes));
    this.#socket.on('error', error => { if (!this.isDead) this.#lost(error.message); });
    this.#socket.on('end', () => { if (!this.isDead) this.#lost('the end of the stream'); });
  }

  #lost(why) {
    this.isDead = true;
    this.#socket.destroy();
    this.client.onLost(this, why);
  }

  send(message) {
    if (this.#sentMessages++ >= this.#limit('sent messages')) return this.#die();
    this.#write(frame(opcode.text, JSON.stringify(message)));
  }

  /** Whether it is to last. */
  get isUncut() { return this.#cut === null; }

  #limit(what) { return this.#cut?.what === what ? this.#cut.count : Infinity; }

  #write(bytes) {
    if (this.isDead) return;
    const room = this.#limit('sent bytes') - this.#sentBytes;
    this.#socket.write(bytes.length > room ? bytes.subarray(0, room) : bytes);
    this.#sentBytes += bytes.length;
    if (bytes.length > room) this.#die();
  }

  #take(bytes) {
    if (this.isDead) return;
    const room = this.#limit('received bytes') - this.#receivedBytes;
    this.#receivedBytes += bytes.length;
    const taken = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#kept = this.#kept.length === 0 ? taken : Buffer.concat([this.#kept, taken]);
    this.#read();
    if (bytes.length > room) this.#die();
  }

  #read() {
    if (!this.#upgraded) {
      const end = this.#kept.indexOf('\r\n\r\n');
      if (end < 0) return;
      assert.match(this.#kept.subarray(0, end).toString(), /^HTTP\/1.1 101 /);
      this.#kept = this.#kept.subarray(end + 4);
      this.#upgraded = true;
      this.client.onOpen(this);
    }
    let at = 0;
    while (!this.isDead && this.#kept.length - at >= 2) {
      const short = this.#kept[at + 1];
      const head = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#kept.length - at < head) break;
      const length = short < 126 ? short : short === 126 ? this.#kept.readUInt16BE(at + 2)
        : Number(this.#kept.readBigUInt64BE(at + 2));
      if (this.#kept.length - at < head + length) break;
      const payload = this.#kept.subarray(at + head, at + head + length);
      const op = this.#kept[at] & 15;
      at += head + length;
      this.#takeFrame(op, payload);
    }
    this.#kept = this.#kept.subarray(at);
  }

  #takeFrame(op, payload) {
    if (op === opcode.close) {
      this.isDead = true;
      this.#socket.end();
      return this.client.onClose(this, payload.readUInt16BE(0));
    }
    if (op === opcode.ping) return this.#write(frame(opcode.pong, payload));
    if (this.#receivedMessages++ >= this.#limit('received messages')) return this.#die();
    this.client.onMessage(this, JSON.parse(payload));
  }

  #die() {
    if (this.isDead) return;
    const how = this.#cut.how;
    this.kill(how);
    this.client.onCut(this);
  }

  /** Ends it: `reset`, `destroy`, or `leave` it open for a while with whatever is on its way, unread. */
  kill(how) {
    if (this.isDead) return;
    this.isDead = true;
    if (how === 'reset') return this.#socket.resetAndDestroy();
    if (how === 'destroy') return this.#socket.destroy();
    this.#socket.pause();
    setTimeout(() => this.#socket.destroy(), 20);
  }
}

/**
 * Ways in which connections end: after each number of messages from 0 to 200 and after any number of bytes, in either
 * direction, half of those within the handshake and the answer to `session.open`.
 */
export function cutsOf(count, seed) {
  const random = seeded(seed);
  const kinds = ['sent messages', 'received messages', 'sent bytes', 'received bytes'];
  const cuts = Array.from({length: count}, (_, index) => {
    const round = Math.floor(index / kinds.length);
    const bytes = random(2) === 0 ? random(800) : random(15_000);
    const what = kinds[index % kinds.length];
    return {
      what, count: what.endsWith('bytes') ? bytes : (round + seed) % 201,
      how: ['reset', 'destroy', 'leave'][random(3)],
    };
  });
  for (let at = cuts.length - 1; at > 0; --at) {
    const other = random(at + 1);
    [cuts[at], cuts[other]] = [cuts[other], cuts[at]];
  }
  return cuts;
}

const transports = {websocket: Connection, sse: EventConnection, poll: PollConnection};
export const allTransports = Object.keys(transports);

export class BreakingClient {
  #server;
  #random;
  #name;
  #cuts;
  #transports;
  #current = null;
  #token;
  #mayLeave = false;
  #unsent = [];        // that the server is not known to have, oldest first
  #unsentFirst = 1;    // the number of the first of them
  #received = 0;
  #acknowledged = 0;
  #unanswered = new Set();
  #asked = new Set();
  #isSubscribed = false;
  #toBePublished = Infinity;  // known at the end
  #resolve;
  #reject;
  #finished = new Promise((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });
  callCount = 0;
  toldCount = 0;
  publishedCount = 0;
  breakCount = 0;
  moveCount = 0;
  get askedCount() { return this.#asked.size; }
  get resumeToken() { return this.#token; }
  get receivedCount() { return this.#received; }

  /**
   * `cuts`: how each of its connections ends, in turn; the one after them is kept until all is answered. Each takes one
   * of the `transports`.
   */
  constructor(server, name, seed, cuts, transports = ['websocket']) {
    this.#transports = transports;
    this.#server = server;
    this.#name = name;
    this.#random = seeded(seed);
    this.#cuts = cuts;
  }

  listensTo(connection) { return connection === this.#current; }
  random(bound) { return this.#random(bound); }

  /** Ends whatever it has. */
  stop() { this.#current?.kill('destroy'); }

  /** Goes through all its breaks; afterwards nothing is unanswered and the session has ended. */
  async run() {
    this.#ask();
    this.#send({jsonrpc: '2.0', id: 'subscribe', method: 'topic.subscribe',
      params: {topic: `ticks/${this.#name}`, since: 'first'}});
    while (this.#unanswered.size < 16) this.#call();
    await this.#finished;
    const {result} = await this.#report();
    const {callCount, toldCount, publishedCount} = this;
    assert.deepEqual(result, {ranCount: callCount, outOfOrderCount: 0, toldCount, publishedCount}, this.#name);
  }

  #report() { return this.#server.call('report', {who: this.#name}); }

  #fail(why) { this.#reject(new Error(`${this.#name}: ${why}`)); }

  /** Opens a connection, sometimes two at once, and listens to the last alone. */
  #ask() {
    this.#mayLeave = false;
    this.#current = this.#connect();
    if (this.#random(10) !== 0 || this.#cuts.length === 0) return;
    const first = this.#current;
    this.#current = this.#connect();
    this.breakCount += 1;
    setTimeout(() => first.kill('reset'), this.#random(5));
  }

  #connect() {
    const {ws, token} = this.#server.ready;
    const Kind = transports[this.#transports[this.#random(this.#transports.length)]];
    if (this.#current !== null && !(this.#current instanceof Kind)) this.moveCount += 1;
    return new Kind(this, ws, token, this.#cuts.shift() ?? null);
  }

  /** A WebSocket is there. */
  onOpen(connection) {
    const params = this.#token === undefined ? {} : {resumeToken: this.#token, received: this.#received};
    connection.send({jsonrpc: '2.0', method: 'session.open', params: {...params, requests: true}});
  }

  onCut(connection) {
    if (connection !== this.#current) return;
    this.breakCount += 1;
    this.#ask();
  }

  onLost(connection, why) {
    if (connection === this.#current) this.#fail(`lost its connection: ${why}`);
  }

  onClose(connection, code) {
    if (connection !== this.#current) return;
    if (code === 4009) this.onCut(connection);
    else if (code === 1000 && this.#cuts.length === 0) this.#resolve();
    else this.#fail(`closed with ${code}`);
  }

  /** The server has told beside the messages what it has. */
  onReceived(connection, number) {
    if (connection === this.#current) this.#forgetUpTo(number);
  }

  /** Whatever was wrong ends it. */
  onMessage(connection, message) {
    if (connection !== this.#current) return;
    try {
      if (message.method?.startsWith('session.')) this.#takeControl(message);
      else this.#takeCounted(message);
    } catch (error) {
      this.#reject(error);
    }
  }

  #takeControl({method, params}) {
    if (method === 'session.ack') return this.#forgetUpTo(params.received);
    if (method === 'session.ping') return this.#current.send({jsonrpc: '2.0', method: 'session.pong'});
    if (method === 'session.started') {
      assert.equal(this.#token, undefined, 'a session is started once');
      this.#token = params.resumeToken;
    } else {
      assert.equal(method, 'session.resumed');
      assert.equal(params.recovered, true, params.reason);
      assert.equal(params.from, this.#received + 1);
      this.#forgetUpTo(params.received);
    }
    this.#mayLeave = true;
    const connection = this.#current;
    this.#unsent.forEach((unsent, index) => connection.send(unsent, this.#unsentFirst + index));
  }

  #forgetUpTo(number) {
    assert.ok(number < this.#unsentFirst + this.#unsent.length, 'the server has no more than was sent');
    if (number < this.#unsentFirst) return;
    this.#unsent.splice(0, number + 1 - this.#unsentFirst);
    this.#unsentFirst = number + 1;
  }

  #takeCounted(message) {
    this.#received += 1;
    if (message.method === 'told') {
      assert.equal(message.params.n, ++this.toldCount);
    } else if (message.method === 'tick') {
      assert.equal(message.params.n, ++this.publishedCount);
      assert.equal(message.params._meta.offset, this.publishedCount);
      this.#endOnceAllArePublished();
    } else if (message.id === 'subscribe') {
      assert.equal(this.#isSubscribed, false, 'a subscription is answered once');
      assert.ok('result' in message, JSON.stringify(message));
      this.#isSubscribed = true;
    } else if (message.method === 'asked') {
      assert.ok(!this.#asked.has(message.params.n), `call ${message.params.n} asks once`);
      this.#asked.add(message.params.n);
      this.#send({jsonrpc: '2.0', id: message.id, result: message.params.n});
    } else {
      assert.ok(this.#unanswered.delete(message.id), `a call is answered once: ${JSON.stringify(message)}`);
      assert.equal(message.result, message.id);
      this.#goOn();
    }
    if (!this.#mayLeave) return;
    if (this.#received - this.#acknowledged >= 32 || this.#random(20) === 0) {
      this.#acknowledged = this.#received;
      this.#current.send({jsonrpc: '2.0', method: 'session.ack', params: {received: this.#received}});
    }
  }

  #goOn() {
    if (!this.#current.isUncut) return this.#call();
    if (this.#unanswered.size > 0) return;
    this.#report().then(({result}) => {
      this.#toBePublished = result.publishedCount;
      this.#endOnceAllArePublished();
    }, error => this.#reject(error));
  }

  #endOnceAllArePublished() {
    if (this.publishedCount < this.#toBePublished || !this.#isSubscribed) return;
    this.#current.send({jsonrpc: '2.0', method: 'session.end'});
  }

  #call() {
    const n = ++this.callCount;
    const what = this.#random(10);
    const own = {who: this.#name, n};
    const [method, params] = what < 5 ? ['run.now', own]
      : what < 7 ? ['run.later', {...own, ms: this.#random(5)}]
        : what < 8 ? ['run.ask', own]
          : [what < 9 ? 'run.tell' : 'run.publish', {...own, count: this.#random(4)}];
    this.#unanswered.add(n);
    this.#send({jsonrpc: '2.0', id: n, method, params});
  }

  #send(message) {
    this.#unsent.push(message);
    if (this.#mayLeave) this.#current.send(message, this.#unsentFirst + this.#unsent.length - 1);
  }
}
