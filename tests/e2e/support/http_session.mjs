// A session over HTTP, one step at a time: event streams, polls and envelopes as a test says them.

/** An event stream that hands out one event after the other. */
export class EventStream {
  #events = [];
  #waiting = [];
  #text = '';
  #abort = new AbortController();
  comments = [];
  retry;

  static async open(server, {path = '/rpc', headers = {}} = {}) {
    const stream = new EventStream();
    const response = await server.fetch(path,
      {headers: {accept: 'text/event-stream', ...headers}, signal: stream.#abort.signal});
    stream.response = response;
    if (response.status === 200) stream.#read(response.body.pipeThrough(new TextDecoderStream()));
    return stream;
  }

  async #read(body) {
    try {
      for await (const text of body) {
        this.#text += text;
        let end;
        while ((end = this.#text.indexOf('\n\n')) >= 0) {
          this.#take(this.#text.slice(0, end).split('\n'));
          this.#text = this.#text.slice(end + 2);
        }
      }
    } catch { /* the test has closed it */ }
    this.#hand({type: 'end'});
  }

  #take(lines) {
    const event = {type: 'message', data: []};
    for (const line of lines) {
      const colon = line.indexOf(':');
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, '')];
      if (name === '') this.comments.push(value);
      else if (name === 'data') event.data.push(value);
      else if (name === 'id') event.id = value;
      else if (name === 'event') event.type = value;
      else if (name === 'retry') this.retry = Number(value);
    }
    if (event.data.length > 0) this.#hand({...event, data: event.data.join('\n')});
  }

  #hand(event) {
    const waiting = this.#waiting.shift();
    waiting ? waiting(event) : this.#events.push(event);
  }

  /** The next event; `{type: 'end'}` behind the last. */
  next() {
    if (this.#events.length > 0) return Promise.resolve(this.#events.shift());
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  /** The next message, its number beside it. */
  async message() {
    const {data, id} = await this.next();
    return {...JSON.parse(data), number: id === undefined ? undefined : Number(id)};
  }

  close() { this.#abort.abort(); }
}

/** Posts an envelope, or any text. */
export const post = (server, token, envelope, headers = {}) => server.fetch('/rpc', {method: 'POST',
  headers: {'content-type': 'application/json', 'sidewire-session': token, ...headers},
  body: typeof envelope === 'string' ? envelope : JSON.stringify(envelope)});

/** One poll; the token and what was received where there is a session. */
export const poll = (server, seconds, token, received) => server.fetch(`/rpc?poll=${seconds}`,
  {headers: token === undefined ? {} : {'sidewire-session': token, 'sidewire-received': String(received ?? 0)}});
