// A topic stream as a client of Server-Sent Events sees it.
import assert from 'node:assert/strict';

import {until} from './sidecar.mjs';

export class TopicStream {
  events = [];
  /** Of the last event that had one, or of the stream's beginning. */
  lastId = '';
  comments = 0;
  hasEnded = false;
  #abort = new AbortController();

  /** Opens `/api/v1/stream/` + `path`. */
  static async open(server, path, headers = {}) {
    const stream = new TopicStream();
    stream.response = await server.fetch(`/api/v1/stream/${path}`, {headers, signal: stream.#abort.signal});
    assert.equal(stream.response.status, 200, await (stream.response.ok ? '' : stream.response.text()));
    stream.#read().catch(() => {}).finally(() => { stream.hasEnded = true; });
    await until('the beginning of the stream', () => stream.lastId !== '' || stream.events.length > 0);
    return stream;
  }

  async #read() {
    const text = this.response.body.pipeThrough(new TextDecoderStream());
    let kept = '';
    for await (const part of text) {
      const blocks = (kept + part).split('\n\n');
      kept = blocks.pop();
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block) {
    const event = {type: 'message', data: undefined};
    for (const line of block.split('\n')) {
      const colon = line.indexOf(':');
      const value = line.slice(colon + 1).replace(/^ /, '');
      const name = line.slice(0, colon);
      if (name === '') this.comments += 1;
      else if (name === 'id') this.lastId = value;
      else if (name === 'event') event.type = value;
      else if (name === 'data') event.data = event.data === undefined ? value : `${event.data}\n${value}`;
    }
    if (event.data !== undefined) this.events.push({type: event.type, id: this.lastId, data: JSON.parse(event.data)});
  }

  /** Waits for so many events in all. */
  async count(wanted) {
    await until(`${wanted} events`, () => this.events.length >= wanted);
    return this.events;
  }

  close() { this.#abort.abort(); }
}
