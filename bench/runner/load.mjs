// Runs the load generator on its own core and returns what it measured.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pinned } from './server.mjs';

const run = promisify(execFile);

/**
 * `scenario` and `options` are those of `bench-load`, camelCase names for dashed ones; `command` follows
 * `--`. Rejects where the server answered wrong.
 */
export async function load(setup, scenario, options, command = []) {
  const named = Object.entries(options)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
      String(value),
    ]);
  const tail = command.length === 0 ? [] : ['--', ...command];
  const [program, ...rest] = pinned(setup.loadCore, [
    `${setup.build}/bench-load`,
    scenario,
    ...named,
    ...tail,
  ]);
  const { stdout } = await run(program, rest);
  return JSON.parse(stdout);
}

/** The options that every scenario needs to reach `server`. */
export function towards(server) {
  return {
    transport: server.contestant.transport,
    dialect: server.contestant.dialect,
    path: server.contestant.path,
    port: server.port,
    serverPid: server.pid,
    token: server.token,
  };
}
