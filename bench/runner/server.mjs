// Starts a contestant on its own core, waits for its ready line, and ends it.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const readyTimeoutMs = 10_000;
const stopTimeoutMs = 5_000;

/** `command`, pinned to a core where there are several. */
export function pinned(core, command) {
  return core === undefined ? command : ['taskset', '--cpu-list', String(core), ...command];
}

export class Server {
  /** Resolves once the server listens. Its standard error goes to the file `setup.log`. */
  static async start(contestant, setup, { environment = {}, extraArguments = [] } = {}) {
    const command = [...contestant.command, ...extraArguments];
    const [program, ...rest] = pinned(setup.serverCore, command);
    const errors = openSync(setup.log, 'w');
    const child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', errors],
      env: { ...process.env, ...environment },
    });
    closeSync(errors);
    const server = new Server(contestant, child);
    try {
      const line = JSON.parse(await server.#firstLine());
      server.port = line.port ?? Number(new URL(line.url).port);
      server.token = line.token;
    } catch (error) {
      await server.stop();
      throw new Error(`${contestant.name}: ${error.message}\n${readFileSync(setup.log, 'utf8')}`);
    }
    return server;
  }

  constructor(contestant, child) {
    this.contestant = contestant;
    this.child = child;
    this.ended = new Promise((resolve) => child.once('close', resolve));
  }

  get pid() {
    return this.child.pid;
  }

  async stop() {
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), stopTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  #firstLine() {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no ready line')), readyTimeoutMs);
      const lines = createInterface({ input: this.child.stdout });
      const settle = (action, value) => {
        clearTimeout(timer);
        action(value);
      };
      lines.once('line', (line) => settle(resolve, line));
      lines.once('close', () => settle(reject, new Error('ended without a ready line')));
      this.child.once('error', (error) => settle(reject, error));
    });
  }
}
