// Bytes on a socket: what no well-behaved client library would send, and all that came back.
import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';

import {until} from './sidecar.mjs';

export class Wire {
  socket;
  received = Buffer.alloc(0);
  /** Whether the peer has ended its side, or the connection is gone. */
  ended = false;

  /** Connects to a sidecar's port, or to whatever `net.connect` takes. */
  static async open(where) {
    const wire = new Wire();
    const options = where.ready ? {port: where.port, host: '127.0.0.1'} : where;
    wire.socket = net.connect({...options, allowHalfOpen: true});
    wire.socket.on('data', bytes => { wire.received = Buffer.concat([wire.received, bytes]); });
    wire.socket.on('end', () => { wire.ended = true; });
    wire.socket.on('close', () => { wire.ended = true; });
    wire.socket.on('error', () => { wire.ended = true; });
    await once(wire.socket, 'connect');
    return wire;
  }

  send(bytes) {
    this.socket.write(bytes);
    return this;
  }

  /** Takes the next HTTP response: `{status, headers, body}`. */
  async response({bodiless = false} = {}) {
    let head;
    await until('a response', () => {
      head = this.#takeUntil('\r\n\r\n');
      if (head === null && this.ended) throw new Error(`the end instead of a response: ${this.received}`);
      return head !== null;
    });
    const [first, ...lines] = head.toString('latin1').split('\r\n');
    const status = Number(first.split(' ')[1]);
    const headers = Object.fromEntries(lines.filter(Boolean).map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const length = bodiless ? 0 : Number(headers['content-length'] ?? 0);
    await until('the body', () => this.received.length >= length);
    const body = this.received.subarray(0, length);
    this.received = this.received.subarray(length);
    return {status, headers, body};
  }

  #takeUntil(mark) {
    const at = this.received.indexOf(mark);
    if (at < 0) return null;
    const taken = this.received.subarray(0, at + mark.length);
    this.received = this.received.subarray(at + mark.length);
    return taken;
  }

  /** Waits until the server has closed. */
  async end(withinMs) {
    await until('the server closes', () => this.ended, withinMs);
    return this.received;
  }

  destroy() { this.socket.destroy(); }

  /** Upgrades to WebSocket. `headers`: more lines; the token is sent unless it is null. */
  static async webSocket(sidecar, {token = sidecar.token, headers = '', path = '/rpc'} = {}) {
    const wire = await Wire.open(sidecar);
    const authorization = token == null ? '' : `Authorization: Bearer ${token}\r\n`;
    wire.send(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
      `${authorization}${headers}\r\n`);
    wire.upgrade = await wire.response();
    return wire;
  }

  /** Sends a whole WebSocket frame, masked. */
  sendFrame(payload, opcode = 1) {
    return this.send(frame(payload, opcode));
  }

  /** Takes the next WebSocket frame: `{opcode, payload, closeCode}`. */
  async frame() {
    let taken = null;
    await until('a frame', () => {
      taken = this.#takeFrame();
      if (taken === null && this.ended) throw new Error('the end instead of a frame');
      return taken !== null;
    });
    return taken;
  }

  #takeFrame() {
    const bytes = this.received;
    if (bytes.length < 2) return null;
    let length = bytes[1] & 127;
    let at = 2;
    if (length === 126) {
      if (bytes.length < 4) return null;
      length = bytes.readUInt16BE(2);
      at = 4;
    } else if (length === 127) {
      if (bytes.length < 10) return null;
      length = Number(bytes.readBigUInt64BE(2));
      at = 10;
    }
    if (bytes.length < at + length) return null;
    this.received = bytes.subarray(at + length);
    const opcode = bytes[0] & 15;
    const payload = bytes.subarray(at, at + length);
    return {opcode, payload, closeCode: opcode === 8 && length >= 2 ? payload.readUInt16BE(0) : undefined};
  }

  /** Calls a method over WebSocket text; its whole response. */
  async call(method, params, id = 1) {
    this.sendFrame(JSON.stringify({jsonrpc: '2.0', id, method, params}));
    return JSON.parse((await this.frame()).payload);
  }
}

/** A frame from a client, with a mask of zeros, which leaves the payload readable. */
export function frame(payload, opcode = 1) {
  const body = Buffer.from(payload);
  const head = body.length < 126 ? Buffer.from([0x80 | opcode, 0x80 | body.length])
    : body.length < 65536 ? Buffer.from([0x80 | opcode, 0xfe, body.length >> 8, body.length & 255])
      : frameHead(BigInt(body.length), opcode);
  return Buffer.concat([head, Buffer.alloc(4), body]);
}

/** The first ten bytes of a frame that announces any length. */
export function frameHead(length, opcode = 1) {
  const head = Buffer.from([0x80 | opcode, 0xff, 0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeBigUInt64BE(length, 2);
  return head;
}

/** A POST to `/rpc` with the launch token. `headers`: more lines, each with its CRLF. */
export function post(sidecar, body, {headers = '', type = 'application/json', version = '1.1'} = {}) {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(`POST /rpc HTTP/${version}\r\nHost: localhost\r\n` +
    `Authorization: Bearer ${sidecar.token}\r\nContent-Type: ${type}\r\n${headers}` +
    `Content-Length: ${bytes.length}\r\n\r\n`), bytes]);
}

/** The text of a call. */
export const call = (method, params, id = 1) => JSON.stringify({jsonrpc: '2.0', id, method, params});
