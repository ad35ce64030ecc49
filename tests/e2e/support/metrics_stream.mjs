// The topic `metrics`, whole and as merge patches, side by side.
import assert from 'node:assert/strict';

import {Socket} from './socket.mjs';

/** What a merge patch makes of a value (RFC 7396). */
export function patched(value, patch) {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const made = value !== null && typeof value === 'object' && !Array.isArray(value) ? {...value} : {};
  for (const [name, member] of Object.entries(patch)) {
    if (member === null) delete made[name];
    else made[name] = patched(made[name], member);
  }
  return made;
}

/** A subscriber of `metrics`, which keeps the newest state. */
export class MetricsReader {
  #socket;
  state;
  offset;
  patches = 0;
  paramsBytes = 0;

  static async subscribe(server, options) {
    const reader = new MetricsReader();
    reader.#socket = await Socket.open(server);
    reader.#socket.send(JSON.stringify({jsonrpc: '2.0', id: 1, method: 'topic.subscribe', params: {topic: 'metrics', ...options}}));
    const {error} = JSON.parse((await reader.#socket.next()).data);
    assert.equal(error, undefined, JSON.stringify(error));
    return reader;
  }

  /** Takes the next publication, and answers it. */
  async next() {
    const {data, closeCode} = await this.#socket.next();
    assert.equal(closeCode, undefined, 'the connection was closed');
    const message = JSON.parse(data);
    assert.equal(message.method, 'metrics.update', String(data));
    const {_meta, ...params} = message.params;
    if (_meta.delta) {
      assert.equal(_meta.delta.base, this.offset);
      ++this.patches;
    }
    this.state = _meta.delta ? patched(this.state, params) : params;
    this.offset = _meta.offset;
    this.paramsBytes += Buffer.byteLength(JSON.stringify(message.params));
    return message;
  }

  close() { return this.#socket.close(); }
}

/** Reads so many states by both subscriptions, compares each, and answers the bytes of `params` as patches and whole. */
export async function compareMetrics(server, count) {
  const whole = await MetricsReader.subscribe(server, {});
  const delta = await MetricsReader.subscribe(server, {delta: true});
  await delta.next();
  while (whole.offset !== delta.offset) await whole.next();
  whole.paramsBytes = 0;
  delta.paramsBytes = 0;
  for (let n = 0; n < count; ++n) {
    await Promise.all([whole.next(), delta.next()]);
    assert.equal(delta.offset, whole.offset);
    assert.deepEqual(delta.state, whole.state);
  }
  await Promise.all([whole.close(), delta.close()]);
  return {patches: delta.patches, deltaBytes: delta.paramsBytes, wholeBytes: whole.paramsBytes, state: whole.state};
}
