// One connection of a session's client, a message at a time: a test says what goes, and in which order what comes.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';

import {closeFrame, frame, opcode, RawWebSocket} from './raw_websocket.mjs';

export class SessionPeer {
  #socket;
  #format;

  /** A connection that has said nothing yet. `token` null: none in its handshake. */
  static async connect(server, {token = server.ready.token, format = 'json'} = {}) {
    const peer = new SessionPeer();
    peer.#format = format;
    peer.#socket = await RawWebSocket.open(server.ready.ws, {
      'Sec-WebSocket-Protocol': `sidewire.1.${format}`,
      ...token === null ? {} : {Authorization: `Bearer ${token}`},
    });
    return peer;
  }

  /** The same with a session; `started` holds the answer to `session.open`. */
  static async open(server, params, options) {
    const peer = await SessionPeer.connect(server, options);
    peer.notify('session.open', params);
    peer.started = await peer.hears();
    return peer;
  }

  get socket() { return this.#socket; }

  say(message) {
    if (this.#format === 'json') this.#socket.write(frame(opcode.text, JSON.stringify(message)));
    else this.#socket.write(frame(opcode.binary, encode(message)));
  }
  notify(method, params) { this.say({jsonrpc: '2.0', method, ...params === undefined ? {} : {params}}); }
  call(id, method, params) { this.say({jsonrpc: '2.0', id, method, ...params === undefined ? {} : {params}}); }

  /** The next message but for acknowledgements, which may come at any time. */
  async hears() {
    for (;;) {
      const message = await this.#next();
      if (message.method !== 'session.ack') return message;
    }
  }

  /** That the next message is an acknowledgement, which it returns. */
  async hearsAck() {
    const message = await this.#next();
    assert.equal(message.method, 'session.ack');
    return message;
  }

  async #next() {
    const got = await this.#socket.frame();
    assert.ok(got, 'the connection ended instead of a message');
    if (got.op === opcode.close) {
      assert.fail(`closed with ${got.payload.readUInt16BE()} ${got.payload.subarray(2)} instead of a message`);
    }
    assert.equal(got.op, this.#format === 'json' ? opcode.text : opcode.binary);
    return this.#format === 'json' ? JSON.parse(got.payload) : decode(got.payload);
  }

  /** That the next message is this notification; its params. */
  async hearsOf(method) {
    const message = await this.hears();
    assert.equal(message.method, method, JSON.stringify(message));
    return message.params;
  }

  /** That the next message answers this call; its result. */
  async hearsResult(id) {
    const message = await this.hears();
    assert.equal(message.id, id, JSON.stringify(message));
    assert.ok('result' in message, JSON.stringify(message));
    return message.result;
  }

  /** That nothing comes before the answer to a ping. */
  async hearsNothing() {
    this.notify('session.ping');
    assert.equal((await this.hears()).method, 'session.pong');
  }

  /** That the connection is closed with this code, and nothing comes before. */
  async isClosedWith(code) {
    const got = await this.#socket.frame();
    assert.ok(got, 'the connection ended without a close');
    assert.equal(got.op, opcode.close, `${got.payload}`);
    assert.equal(got.payload.readUInt16BE(), code, `${got.payload.subarray(2)}`);
    assert.equal((await this.#socket.end()).length, 0);
    this.#socket.destroy();
  }

  /** Closes with a code, and waits for the server's close. */
  async closes(code) {
    this.#socket.write(closeFrame(code));
    await this.isClosedWith(code);
  }

  /** The connection is gone without a word. */
  breaks() { this.#socket.destroy(); }
}
