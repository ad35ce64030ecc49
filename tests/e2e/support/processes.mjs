// Processes as /proc shows them.
import {readdirSync, readFileSync, readlinkSync} from 'node:fs';
import {basename} from 'node:path';

/** `{parent, state}`, or undefined where there is no such process. */
function statOf(pid) {
  try {
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /s, '').split(' ');
    return {state, parent: Number(parent)};
  } catch {
    return undefined;
  }
}

/** Whether it runs; one that has ended and that nobody has waited for does not. */
export function isRunning(pid) {
  const state = statOf(pid)?.state;
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The running children of a process: `[{pid, program}]`. */
export function childrenOf(parent) {
  const children = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!(pid > 0) || statOf(pid)?.parent !== parent || !isRunning(pid)) continue;
    try {
      children.push({pid, program: basename(readlinkSync(`/proc/${pid}/exe`))});
    } catch {
      // It has ended meanwhile.
    }
  }
  return children;
}

/** Those, their children, and so on. */
export function descendantsOf(parent) {
  return childrenOf(parent).flatMap(child => [child, ...descendantsOf(child.pid)]);
}
