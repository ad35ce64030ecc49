// `sidewire-cli` through what stands between: how soon its first answer and its first event come, and over what.
import {spawn} from 'node:child_process';

import {program} from './server.mjs';

const patienceMs = 20_000;

/** Runs the client until it has printed `lines` lines, or to its end. `{ms, output, notes, code}`. */
function run(args, token, {lines = Infinity, onNote = () => {}} = {}) {
  const began = performance.now();
  const child = spawn(program('sidewire-cli'), args, {env: {...process.env, SIDEWIRE_TOKEN: token}});
  let output = '';
  let notes = '';
  let ms;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`sidewire-cli ${args.join(' ')} said too little: ${output}${notes}`));
    }, patienceMs);
    child.stdout.on('data', text => {
      output += text;
      if (ms !== undefined || output.split('\n').length <= lines) return;
      ms = performance.now() - began;
      child.kill('SIGINT');
    });
    child.stderr.on('data', text => {
      notes += text;
      onNote(notes);
    });
    child.on('error', reject);
    child.on('close', code => {
      clearTimeout(late);
      resolve({ms: ms ?? performance.now() - began, output, notes, code});
    });
  });
}

/** One call, told nothing of what is between. */
export const callThrough = (url, token) => run(['--url', url, 'call', 'system.echo', 'n=1'], token);

/** A subscription to `metrics`, up to its first event. */
export const subscribeThrough = (url, token, lines = 1) => run(['--url', url, 'subscribe', 'metrics'], token, {lines});
