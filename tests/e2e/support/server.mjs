// A server of a test's own, and plain calls to it.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import readline from 'node:readline';
import WebSocket from 'ws';

import {end, watch} from './running.mjs';

const built = process.env.SIDEWIRE_BIN ?? fileURLToPath(new URL('../../../build/release', import.meta.url));

/** The path of a built program. */
export const program = name => `${built}/${name}`;

export class Server {
  #process;
  /** The facts of the ready line. */
  ready;

  /** Starts a server, on a port that the system chooses unless the arguments say where. Ends with its ready line. */
  static start(args = [], environment = {}) {
    const where = args.includes('--listen') ? [] : ['--port', '0'];
    return Server.run('sidewire', ['serve', ...where, ...args], environment);
  }

  /** Starts any built program that tells a line of JSON when it is ready. */
  static async run(name, args = [], environment = {}) {
    const server = new Server();
    await server.#start(name, args, environment);
    return server;
  }

  async #start(name, args, environment) {
    this.#process = watch(spawn(program(name), args,
      {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, ...environment}}));
    let log = '';
    this.#process.stderr.on('data', text => { log += text; });
    const lines = readline.createInterface({input: this.#process.stdout});
    const ended = once(this.#process, 'exit').then(([status, signal]) => {
      throw new Error(`the server ended with ${status ?? signal} before it was ready:\n${log}`);
    });
    const [line] = await Promise.race([once(lines, 'line'), ended]);
    ended.catch(() => {});
    this.ready = JSON.parse(line);
  }

  /** An HTTP request with the launch token. */
  fetch(path, options = {}) {
    const headers = {authorization: `Bearer ${this.ready.token}`, ...options.headers};
    return fetch(this.ready.url + path, {...options, headers});
  }

  /** The answer to a POST of any text to `/rpc`; null where there is none. */
  async post(text) {
    const response = await this.fetch('/rpc',
      {method: 'POST', body: text, headers: {'content-type': 'application/json'}});
    return response.status === 204 ? null : response.json();
  }

  /** The whole response to one call. */
  call(method, params) {
    return this.post(JSON.stringify({jsonrpc: '2.0', id: 1, method, params}));
  }

  /** Sends one request over a WebSocket of its own: all messages up to its response, which is the last. */
  async converse(request) {
    const socket = new WebSocket(this.ready.ws, {headers: {authorization: `Bearer ${this.ready.token}`}});
    const messages = [];
    const answered = new Promise((resolve, reject) => {
      socket.on('open', () => socket.send(JSON.stringify(request)));
      socket.on('error', reject);
      socket.on('close', code => reject(new Error(`closed with ${code}`)));
      socket.on('message', text => {
        messages.push(JSON.parse(text));
        if (messages.at(-1).id === request.id) resolve();
      });
    });
    await answered.finally(() => socket.close());
    return messages;
  }

  /** Ends the server; its exit status, null where the signal ended it. */
  async stop() {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    end(this.#process);
    const [status] = await once(this.#process, 'exit');
    return status;
  }
}
