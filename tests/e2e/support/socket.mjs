// A WebSocket to a server of a test's own, on which messages are awaited one by one.
import {once} from 'node:events';

import WebSocket from 'ws';

export class Socket {
  #socket;
  #received = [];
  #arrived = () => {};

  /** Connects with the launch token. Offers no subprotocol unless told. */
  static async open(server, subprotocols = []) {
    const opened = new Socket();
    opened.#socket = new WebSocket(`${server.ready.url.replace(/^http/, 'ws')}/rpc`, subprotocols,
      {headers: {authorization: `Bearer ${server.ready.token}`}});
    opened.#socket.on('message', (data, isBinary) => opened.#take({data, isBinary}));
    opened.#socket.on('close', closeCode => opened.#take({closeCode}));
    await once(opened.#socket, 'open');
    return opened;
  }

  #take(event) {
    this.#received.push(event);
    this.#arrived();
  }

  /** The subprotocol that the server chose. */
  get subprotocol() { return this.#socket.protocol; }

  /** Sends text for a string, else a binary message; text as well where `binary` is false. */
  send(data, binary = typeof data !== 'string') { this.#socket.send(data, {binary}); }

  /** The next message, `{data, isBinary}`, or `{closeCode}` at the end. */
  async next() {
    while (this.#received.length === 0) await new Promise(resolve => { this.#arrived = resolve; });
    return this.#received.shift();
  }

  async close() {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    await once(this.#socket, 'close');
  }
}
