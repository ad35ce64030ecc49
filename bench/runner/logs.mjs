// A log file and the configuration that serves it, made anew for each server.
import { writeFileSync } from 'node:fs';

export const logEntryCount = 50_000;

const levels = ['debug', 'info', 'info', 'info', 'warn', 'error'];
const messages = [
  'GET /api/projects answered 200 in 12 ms',
  'deployment dpl_8f3c2a is building',
  'connection to the database was lost, trying again in 2 s',
  'build finished: 214 modules, 1.8 MB, no warnings',
];

/** Writes what `logs.getLarge` of the service `bench` reads; returns the server's arguments for it. */
export function writeLogs({ output }) {
  const start = Date.UTC(2024, 0, 1);
  const lines = Array.from({ length: logEntryCount }, (_, i) =>
    JSON.stringify({
      time: new Date(start + i * 100).toISOString(),
      level: levels[i % levels.length],
      message: `${messages[i % messages.length]} (${i})`,
    }),
  );
  writeFileSync(`${output}/bench.log`, `${lines.join('\n')}\n`);
  writeFileSync(
    `${output}/bench.toml`,
    `[[logs]]\nname = "bench"\npath = ${JSON.stringify(`${output}/bench.log`)}\nformat = "json"\n`,
  );
  return ['--config', `${output}/bench.toml`];
}
