// A sidecar of a test's own, seen as a process: its streams, its signals, its memory and descriptors.
import {spawn} from 'node:child_process';
import {readFileSync, readdirSync} from 'node:fs';

import {end, watch} from './running.mjs';
import {program} from './server.mjs';

/** Waits until `holds()` is true; fails with `what` when that takes longer than `withinMs`. */
export async function until(what, holds, withinMs = 60_000) {
  const deadline = Date.now() + withinMs;
  while (!await holds()) {
    if (Date.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/**
 * What a process has of memory, by its name in /proc: `VmRSS` now, `VmHWM` at most so far. In bytes; 0 always where a
 * sanitizer keeps memory for its own ends.
 */
export function memoryOf(pid, what) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytesOf = name => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)[1]) * 1024;
  const hasShadowMemory = bytesOf('VmSize') > 2 ** 40;
  return hasShadowMemory ? 0 : bytesOf(what);
}

export class Sidecar {
  child;
  ready;
  givenToken;
  /** All that came on standard output and standard error. */
  output = '';
  log = '';
  /** Resolves to `{status, signal}` when the process has ended and its streams are closed. */
  ended;

  /** Runs `sidewire`, or another command, with these arguments alone. */
  static run(args, {environment = {}, stdio = ['ignore', 'pipe', 'pipe'], command = program('sidewire')} = {}) {
    const sidecar = new Sidecar();
    sidecar.givenToken = environment.SIDEWIRE_TOKEN;
    const child = watch(spawn(command, args, {stdio, env: {...process.env, ...environment}}));
    sidecar.child = child;
    child.stdout?.on('data', text => { sidecar.output += text; });
    child.stderr?.on('data', text => { sidecar.log += text; });
    sidecar.ended = new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, signal) => { resolve({status, signal}); });
    });
    return sidecar;
  }

  /** Serves, on a port that the system chooses unless told otherwise, and waits for the ready line. */
  static async serve(args = [], options = {}) {
    const where = args.includes('--listen') || args.includes('--port') ? [] : ['--port', '0'];
    const sidecar = Sidecar.run([...where, ...args], options);
    await Promise.race([
      until('the ready line', () => sidecar.output.includes('\n')),
      sidecar.ended.then(({status}) => { throw new Error(`ended with ${status}: ${sidecar.log}`); }),
    ]);
    sidecar.ready = JSON.parse(sidecar.output);
    return sidecar;
  }

  get port() { return Number(new URL(this.ready.url).port); }
  /** Its own, or the one that it was given. */
  get token() { return this.ready.token ?? this.givenToken; }

  /** Resident memory in bytes; 0 always where a sanitizer keeps memory for its own ends. */
  get residentBytes() { return memoryOf(this.ready.pid, 'VmRSS'); }

  /** Open descriptors. */
  get descriptorCount() { return readdirSync(`/proc/${this.ready.pid}/fd`).length; }

  signal(name) { process.kill(this.ready.pid, name); }

  /** Ends it by SIGTERM; `{status, signal}`. */
  async stop() {
    end(this.child);
    return this.ended;
  }
}
