// A server with one topic for the tests of the load generator: sessions over event streams and polls, the topic's own
// event stream, POST and REST, and a WebSocket for who publishes. It lies where it is told to.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { frame, unframe } from './frames.mjs';

const honest = {
  /** The texts that subscriber `i` gets in place of a publication; null ends its stream. */
  deliver: (message) => [message],
  /** The number that subscriber `i` is told of a message. */
  number: (number) => number,
  echo: (params) => params,
  info: (facts) => facts,
  postStatus: 202,
  resumeBufferBytes: 4_000_000,
  /** Event streams are written in pieces of so many bytes. */
  pieceBytes: Infinity,
};

/** Writes events as chunks of its own making, which the pieces may cut anywhere. */
class EventStream {
  constructor(response, pieceBytes) {
    this.socket = response.socket;
    this.pieceBytes = pieceBytes;
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.flushHeaders();
    this.#write(`: ${' '.repeat(100)}\nretry: 1000\n\n`);
  }

  send(text, number) {
    this.#write(`${number === undefined ? '' : `id: ${number}\n`}data: ${text}\n\n`);
  }

  end() {
    this.socket.write('0\r\n\r\n');
  }

  #write(text) {
    const chunk = Buffer.from(`${text.length.toString(16)}\r\n${text}\r\n`);
    for (let at = 0; at < chunk.length; at += this.pieceBytes) this.socket.write(chunk.subarray(at, at + this.pieceBytes));
  }
}

class Session {
  acknowledged = []; // by envelopes
  asked = []; // what each poll but the first named
  brought = []; // the last number that each answer to those brought
  #sent = 0;
  #kept = [];
  #poll;

  constructor(index, behaviour) {
    this.index = index;
    this.behaviour = behaviour;
    this.started = JSON.stringify({
      jsonrpc: '2.0',
      method: 'session.started',
      params: { resumeToken: `token-${index}`, resumeBufferBytes: behaviour.resumeBufferBytes },
    });
  }

  streamTo(response) {
    this.stream = new EventStream(response, this.behaviour.pieceBytes);
    this.stream.send(this.started);
  }

  poll(response, received) {
    this.asked.push(received);
    this.#kept = this.#kept.filter(({ number }) => number > received);
    this.#poll = response;
    this.#answerPoll();
  }

  send(text) {
    const number = this.behaviour.number(++this.#sent, this.index);
    if (this.stream) return this.stream.send(text, number);
    this.#kept.push({ number, text });
    this.#answerPoll();
  }

  #answerPoll() {
    if (this.#poll === undefined || this.#kept.length === 0) return;
    const texts = this.#kept.map(({ text }) => text).join();
    this.brought.push(this.#kept.at(-1).number);
    answer(this.#poll, 200, `{"first":${this.#kept[0].number},"messages":[${texts}],"received":1}`);
    this.#poll = undefined;
  }
}

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

async function textOf(request) {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

export class HttpServer {
  sessions = [];
  #subscribers = []; // whoever has `send`

  static async start(behaviour) {
    const server = new HttpServer({ ...honest, ...behaviour });
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    return server;
  }

  constructor(behaviour) {
    this.behaviour = behaviour;
    this.http = createServer((request, response) => this.#serve(request, response));
    this.http.on('connection', (socket) => socket.setNoDelay().on('error', () => {}));
    this.http.on('upgrade', (_request, socket) => this.#takePublisher(socket));
  }

  get port() {
    return this.http.address().port;
  }

  stop() {
    this.http.closeAllConnections();
    this.http.close();
  }

  #takePublisher(socket) {
    socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    let rest = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      const read = unframe(Buffer.concat([rest, bytes]));
      rest = read.rest;
      for (const payload of read.payloads) this.#publish(JSON.parse(payload).params);
    });
    socket.on('error', () => {});
  }

  #publish({ method, params }) {
    const message = JSON.stringify({ jsonrpc: '2.0', method, params });
    this.#subscribers.forEach((subscriber, i) => {
      for (const text of this.behaviour.deliver(message, i)) {
        if (text === null) subscriber.end();
        else subscriber.send(text);
      }
    });
  }

  #open() {
    const session = new Session(this.sessions.length, this.behaviour);
    this.sessions.push(session);
    return session;
  }

  async #serve(request, response) {
    const { method, url, headers } = request;
    const session = this.sessions.find(({ index }) => headers['sidewire-session'] === `token-${index}`);
    if (method === 'POST') return this.#take(url, session, JSON.parse(await textOf(request)), response);
    if (url.startsWith('/stream/')) {
      this.#subscribers.push(new EventStream(response, this.behaviour.pieceBytes));
    } else if (url.startsWith('/api/')) {
      answer(response, 200, JSON.stringify(this.behaviour.info({ name: 'sidewire', pid: 1, uptimeMs: Date.now() })));
    } else if (!url.includes('poll=')) {
      this.#open().streamTo(response);
    } else if (session === undefined) {
      answer(response, 200, `{"messages":[${this.#open().started}],"received":0}`);
    } else {
      session.poll(response, Number(headers['sidewire-received']));
    }
  }

  #take(url, session, body, response) {
    if (url.startsWith('/api/')) return answer(response, 200, JSON.stringify(this.behaviour.echo(body)));
    if (session === undefined) return answer(response, 200, this.#result(body));
    answer(response, this.behaviour.postStatus, '{"received":1}');
    if (body.messages === undefined) session.acknowledged.push(body.received);
    for (const message of body.messages ?? []) {
      session.send(this.#result(message));
      if (message.method === 'topic.subscribe') this.#subscribers.push(session);
    }
  }

  #result({ id, params }) {
    return JSON.stringify({ jsonrpc: '2.0', result: this.behaviour.echo(params), id });
  }
}
