// What merge patches save of a topic whose states a real machine makes: two subscribers of `metrics`, one with deltas.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const watchedMs = 60_000;

/** The value after an RFC 7396 merge patch. */
function patched(value, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
  const result = isObject ? { ...value } : {};
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) delete result[name];
    else result[name] = patched(result[name], member);
  }
  return result;
}

/** A subscriber that adds up the bytes of `params` and keeps each state by its offset. */
class Watcher {
  paramsBytes = 0;
  states = new Map();

  static async subscribe(server, options) {
    const watcher = new Watcher();
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/rpc`, {
      headers: { authorization: `Bearer ${server.token}` },
      perMessageDeflate: false,
    });
    await once(socket, 'open');
    socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: { topic: 'metrics', ...options } }));
    const [answer] = await once(socket, 'message');
    assert.equal(JSON.parse(answer).error, undefined);
    socket.on('message', (text) => watcher.#take(text.toString()));
    watcher.close = () => socket.terminate();
    return watcher;
  }

  #take(text) {
    const { params } = JSON.parse(text);
    const { _meta, ...state } = params;
    this.paramsBytes += Buffer.byteLength(text.slice(text.indexOf('"params":') + '"params":'.length, -1));
    this.states.set(_meta.offset, _meta.delta ? patched(this.states.get(_meta.delta.base), state) : state);
  }
}

/** Bytes of whole states and of patches over a minute; every patched state has to equal the whole one. */
export async function compareDeltas(_setup, server) {
  const whole = await Watcher.subscribe(server, {});
  const delta = await Watcher.subscribe(server, { delta: true });
  await new Promise((resolve) => {
    setTimeout(resolve, watchedMs);
  });
  whole.close();
  delta.close();
  const offsets = [...delta.states.keys()].filter((offset) => whole.states.has(offset));
  assert.ok(offsets.length > 1);
  for (const offset of offsets) assert.deepEqual(delta.states.get(offset), whole.states.get(offset));
  return {
    publications: offsets.length,
    wholeBytes: whole.paramsBytes,
    deltaBytes: delta.paramsBytes,
    share: delta.paramsBytes / whole.paramsBytes,
  };
}
