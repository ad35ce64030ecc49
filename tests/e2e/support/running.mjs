// The programs that a test file has started: none outlives it, and none keeps it from ending.
import {after} from 'node:test';

const running = new Set();
const handlesOf = child => [child, child.stdin, child.stdout, child.stderr].filter(Boolean);

// A proof uses this too, and is no test.
if (process.env.NODE_TEST_CONTEXT) {
  after(() => { for (const child of running) for (const handle of handlesOf(child)) handle.unref?.(); });
}
process.on('exit', () => { for (const child of running) child.kill('SIGKILL'); });

/** To be told of each program that was started. */
export function watch(child) {
  running.add(child);
  child.once('close', () => running.delete(child));
  return child;
}

/** Asks a program to end, which whoever calls this waits for. */
export function end(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  for (const handle of handlesOf(child)) handle.ref?.();
  child.kill('SIGTERM');
}
