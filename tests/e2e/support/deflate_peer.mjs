// permessage-deflate (RFC 7692) as a client of bytes speaks it, on Node's zlib: compresses, cuts into fragments, and
// holds the server to what was agreed on.
import assert from 'node:assert/strict';
import {constants, createDeflateRaw, createInflateRaw} from 'node:zlib';

import {frame, handshake, opcode, RawWebSocket} from './raw_websocket.mjs';

const messageEnd = Buffer.from([0x00, 0x00, 0xFF, 0xFF]);
const rsv1 = 4;

/** The parameters of a `Sec-WebSocket-Extensions` of one permessage-deflate; undefined without one. */
export function parametersOf(header) {
  if (header === undefined) return undefined;
  const [name, ...parameters] = header.split(';').map(part => part.trim());
  assert.equal(name, 'permessage-deflate');
  return Object.fromEntries(parameters.map(parameter => {
    const [key, value] = parameter.split('=');
    return [key, value === undefined ? true : Number(value)];
  }));
}

/** One direction: a zlib stream that keeps its context or is made anew for each message. */
class Direction {
  #make;
  #keeps;
  #stream;
  #made = [];
  #failed;

  constructor(make, keeps) {
    this.#make = make;
    this.#keeps = keeps;
  }

  /** All that a message, in one piece, makes of the stream. */
  async run(bytes) {
    if (!this.#stream) {
      this.#stream = this.#make();
      this.#stream.on('data', piece => this.#made.push(piece));
      this.#stream.on('error', problem => this.#failed?.(problem));
    }
    await new Promise((resolve, reject) => {
      this.#failed = reject;
      this.#stream.write(bytes);
      this.#stream.flush(constants.Z_SYNC_FLUSH, resolve);
    });
    const all = Buffer.concat(this.#made);
    this.#made = [];
    if (!this.#keeps) this.end();
    return all;
  }

  end() {
    this.#stream?.close();
    this.#stream = undefined;
  }
}

/** A payload as a client's compressor makes it of a message that stands alone. */
export async function deflated(message, windowBits = 15) {
  const direction = new Direction(() => createDeflateRaw({windowBits}), false);
  return (await direction.run(message)).subarray(0, -4);
}

/** A message's compressed payload in frames of at most `fragmentBytes`. */
export function* compressedFrames(op, payload, fragmentBytes = Infinity) {
  for (let at = 0; at === 0 || at < payload.length; at += fragmentBytes) {
    const piece = payload.subarray(at, Math.min(at + fragmentBytes, payload.length));
    const fin = at + fragmentBytes >= payload.length;
    yield frame(at === 0 ? op : opcode.continuation, piece, {fin, rsv: at === 0 ? rsv1 : 0});
  }
}

export class DeflatePeer {
  raw;
  /** What the server agreed to. */
  agreed;
  subprotocol;
  /** Bytes of the payloads that came compressed. */
  compressedBytes = 0;
  #outgoing;
  #incoming;

  /** Connects and offers; fails where the server declines. */
  static async open(url, offer = 'permessage-deflate', headers = {}) {
    const peer = new DeflatePeer();
    peer.raw = await RawWebSocket.connect(url);
    peer.raw.write(handshake(url, {'Sec-WebSocket-Extensions': offer, ...headers}));
    const head = await peer.raw.head();
    assert.equal(head.status, 101);
    peer.subprotocol = head.headers['sec-websocket-protocol'];
    peer.agreed = parametersOf(head.headers['sec-websocket-extensions']);
    if (peer.agreed === undefined) {
      peer.destroy();
      throw new Error(`the server declined ${offer}`);
    }
    const {client_max_window_bits: clientBits = 15, server_max_window_bits: serverBits = 15} = peer.agreed;
    // Output in small pieces: what lies further back than the window is then gone.
    peer.#outgoing = new Direction(() => createDeflateRaw({windowBits: clientBits, memLevel: 5}),
      !peer.agreed.client_no_context_takeover);
    peer.#incoming = new Direction(() => createInflateRaw({windowBits: serverBits, chunkSize: 512}),
      !peer.agreed.server_no_context_takeover);
    return peer;
  }

  /** Sends a message compressed. */
  async send(op, message, {fragmentBytes} = {}) {
    const payload = (await this.#outgoing.run(message)).subarray(0, -4);
    this.raw.write(...compressedFrames(op, payload, fragmentBytes));
  }

  sendPlain(op, message) { this.raw.write(frame(op, message)); }

  /** The next message or control frame, `{op, compressed, payload}`, inflated; undefined at the end. */
  async next() {
    const got = await this.raw.frame();
    if (got === undefined) return undefined;
    assert.ok(got.fin && !got.masked && (got.rsv === 0 || got.rsv === rsv1), JSON.stringify(got));
    if (got.rsv === 0) return {op: got.op, compressed: false, payload: got.payload};
    assert.ok(got.op === opcode.text || got.op === opcode.binary);
    this.compressedBytes += got.payload.length;
    const payload = await this.#incoming.run(Buffer.concat([got.payload, messageEnd]));
    return {op: got.op, compressed: true, payload};
  }

  destroy() {
    this.#outgoing?.end();
    this.#incoming?.end();
    this.raw.destroy();
  }
}
