// A subscriber that stops reading and reads again, and what it was told of a topic.
import {once} from 'node:events';

import WebSocket from 'ws';

import {until} from './sidecar.mjs';

export class SlowReader {
  #socket;
  #nextId = 1;
  #hasSession = false;
  /** Everything that came, in order. */
  received = [];

  /** `subprotocol`: `jsonrpc`, or `sidewire.1.json` for a session, of which every message is acknowledged. */
  static async connect(server, subprotocol = 'jsonrpc') {
    const reader = new SlowReader();
    reader.#socket = new WebSocket(server.ready.ws, subprotocol,
      {headers: {authorization: `Bearer ${server.ready.token}`}});
    reader.#socket.on('message', data => { reader.#take(JSON.parse(data)); });
    await once(reader.#socket, 'open');
    if (subprotocol !== 'jsonrpc') {
      reader.#send({method: 'session.open', params: {}});
      await until('session.started', () => reader.#hasSession);
    }
    return reader;
  }

  #take(message) {
    if (message.method?.startsWith('session.')) {
      this.#hasSession = true;
      return;
    }
    this.received.push(message);
    if (this.#hasSession) this.#send({method: 'session.ack', params: {received: this.received.length}});
  }

  #send(message) { this.#socket.send(JSON.stringify({jsonrpc: '2.0', ...message})); }

  /** The result of a call. */
  async call(method, params) {
    const id = this.#nextId++;
    this.#send({id, method, params});
    const response = () => this.received.find(message => message.id === id);
    await until(`the answer to ${method}`, response);
    if (response().error) throw new Error(`${method}: ${JSON.stringify(response().error)}`);
    return response().result;
  }

  /** Nothing is read from the socket any more. */
  stop() { this.#socket.pause(); }
  goOn() { this.#socket.resume(); }

  /** The publications of a topic and what was said of them, in order, `_meta.offset` and `topic.*` params as they came. */
  toldOf(topic) {
    return this.received.filter(({params}) => params !== undefined && (params._meta ?? params).topic === topic);
  }

  close() { this.#socket.terminate(); }
}

/**
 * Holds what was told of a topic against the offsets from `first` to `last`: each has to come as a publication or within
 * the range of one `topic.lagged`, in order, none twice. `{kept, gaps}`: the params of the publications, and the ranges.
 */
export function tile(told, first, last) {
  const kept = [];
  const gaps = [];
  let next = first;
  for (const {method, params} of told) {
    const [from, to] = method === 'topic.lagged' ? [params.from, params.to] : [params._meta.offset, params._meta.offset];
    if (from !== next) throw new Error(`${from} was told where ${next} was due`);
    next = to + 1;
    if (method !== 'topic.lagged') {
      kept.push(params);
      continue;
    }
    if (params.missed !== to - from + 1) throw new Error(`${params.missed} missed from ${from} to ${to}`);
    gaps.push(params);
  }
  if (next !== last + 1) throw new Error(`told up to ${next - 1} of ${last}`);
  return {kept, gaps};
}
