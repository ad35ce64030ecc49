// A WebSocket client of bytes: what it sends is what a test builds, right or wrong.
import {createHash, randomBytes} from 'node:crypto';
import {once} from 'node:events';
import net from 'node:net';

export const opcode = {continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10};

/** A frame's header. `lengthBytes` 0, 2 or 8 chooses the form of the length; else it is the shortest. */
function header({op, fin = true, rsv = 0, length, lengthBytes}) {
  lengthBytes ??= length < 126 ? 0 : length < 65536 ? 2 : 8;
  const bytes = Buffer.alloc(2 + lengthBytes);
  bytes[0] = (fin ? 0x80 : 0) | (rsv << 4) | op;
  bytes[1] = {0: length, 2: 126, 8: 127}[lengthBytes];
  if (lengthBytes === 2) bytes.writeUInt16BE(length, 2);
  if (lengthBytes === 8) bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}

/** A frame as a client sends it. `masked: false` breaks the rule; `length` may lie. */
export function frame(op, payload = '', {masked = true, ...form} = {}) {
  const bytes = Buffer.from(payload);
  const head = header({op, length: bytes.length, ...form});
  if (!masked) return Buffer.concat([head, bytes]);
  head[1] |= 0x80;
  const mask = randomBytes(4);
  for (let at = 0; at < bytes.length; ++at) bytes[at] ^= mask[at & 3];
  return Buffer.concat([head, mask, bytes]);
}

/** A close frame with a code, without one for null. */
export function closeFrame(code, reason = '') {
  if (code === null) return frame(opcode.close);
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return frame(opcode.close, Buffer.concat([payload, Buffer.from(reason)]));
}

export const key = 'dGhlIHNhbXBsZSBub25jZQ==';
export const acceptOf = sent =>
  createHash('sha1').update(`${sent}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');

/** The text of a handshake. A header that is null is left out. */
export function handshake(url, headers = {}, method = 'GET') {
  const {host, pathname, search} = new URL(url);
  const all = {
    Host: host, Upgrade: 'websocket', Connection: 'Upgrade',
    'Sec-WebSocket-Key': key, 'Sec-WebSocket-Version': '13', ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${pathname}${search} HTTP/1.1`, ...lines, '', ''].join('\r\n');
}

export class RawWebSocket {
  #socket;
  #bytes = Buffer.alloc(0);
  #ended = false;
  #changed = () => {};

  /** Connects to the host and port of a URL, without a word. */
  static async connect(url) {
    const made = new RawWebSocket();
    const {hostname, port} = new URL(url);
    made.#socket = net.connect({host: hostname, port, allowHalfOpen: true, noDelay: true});
    made.#socket.on('data', bytes => made.#take(bytes));
    made.#socket.on('end', () => made.#end());
    made.#socket.on('error', () => made.#end());
    await once(made.#socket, 'connect');
    return made;
  }

  /** Connects and does the handshake. */
  static async open(url, headers) {
    const made = await RawWebSocket.connect(url);
    made.write(handshake(url, headers));
    const {status} = await made.head();
    if (status !== 101) throw new Error(`the handshake was answered with ${status}`);
    return made;
  }

  #take(bytes) {
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    this.#changed();
  }

  #end() {
    this.#ended = true;
    this.#changed();
  }

  write(...parts) { this.#socket.write(Buffer.concat(parts.map(part => Buffer.from(part)))); }

  /** Writes a piece at a time, each in a packet of its own as far as the kernel goes along. Fails where it cannot. */
  async writeChopped(bytes, size) {
    for (let at = 0; at < bytes.length; at += size) {
      await new Promise((resolve, reject) => {
        this.#socket.write(bytes.subarray(at, at + size), failed => failed ? reject(failed) : resolve());
      });
    }
  }

  /** Says that nothing more comes. */
  finish() { this.#socket.end(); }

  async #until(ready) {
    for (;;) {
      const found = ready();
      if (found !== undefined) return found;
      if (this.#ended) return undefined;
      await new Promise(resolve => { this.#changed = resolve; });
    }
  }

  #cut(size) {
    const taken = this.#bytes.subarray(0, size);
    this.#bytes = this.#bytes.subarray(size);
    return taken;
  }

  /** The head of an HTTP response: `{status, headers}`, names in lower case. */
  async head() {
    const size = await this.#until(() => {
      const at = this.#bytes.indexOf('\r\n\r\n');
      return at < 0 ? undefined : at + 4;
    });
    if (size === undefined) throw new Error('the connection ended before a response');
    const [first, ...lines] = this.#cut(size).toString('latin1').trimEnd().split('\r\n');
    const headers = Object.fromEntries(lines.map(line => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    return {status: Number(first.split(' ')[1]), headers};
  }

  /** The next frame, `{op, fin, rsv, masked, payload}`; undefined at the end of the stream. */
  frame() {
    return this.#until(() => {
      const bytes = this.#bytes;
      if (bytes.length < 2) return undefined;
      const short = bytes[1] & 0x7F;
      const size = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
      if (bytes.length < size) return undefined;
      const length = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < size + length) return undefined;
      this.#cut(size);
      return {
        op: bytes[0] & 0xF, fin: (bytes[0] & 0x80) !== 0, rsv: (bytes[0] >> 4) & 7,
        masked: (bytes[1] & 0x80) !== 0, payload: this.#cut(length),
      };
    });
  }

  /** Waits for the server's end of the stream; what came before it and was not read. */
  async end() {
    await this.#until(() => undefined);
    return this.#bytes;
  }

  /** Ends the connection, whatever state it is in. */
  destroy() { this.#socket.destroy(); }
}
