// One connection of a BreakingClient over HTTP: messages down by an event stream or by polls, messages up by POSTs, some
// of them sent twice. It ends as its cut says, like a WebSocket.
import assert from 'node:assert/strict';
import http from 'node:http';

class HttpConnection {
  #agent = new http.Agent({keepAlive: true, maxSockets: 4});
  #cut;
  #path;
  #queue = [];          // what is to go up: {number, message}, without a number where it is not counted
  #uploading = false;
  #sentCount = 0;
  #receivedCount = 0;
  #receivedBytes = 0;
  isDead = false;

  constructor(client, url, token, cut) {
    this.client = client;
    this.#cut = cut;
    const {hostname, port, pathname} = new URL(url);
    this.#path = pathname;
    this.host = {host: hostname, port, agent: this.#agent};
    this.headers = {Authorization: `Bearer ${token}`};
  }

  get isUncut() { return this.#cut === null; }

  #limit(what) { return this.#cut?.what === what ? this.#cut.count : Infinity; }

  get(query, headers, take) {
    const request = http.request({...this.host, path: this.#path + query, headers: {...this.headers, ...headers}},
      response => {
        if (this.isDead) return;
        if (response.statusCode === 409) return this.close(4009);
        if (response.statusCode !== 200) return this.lost(`GET answered ${response.statusCode}`);
        take(response);
      });
    request.on('error', error => this.lost(error.message));
    request.end();
  }

  /** Whether so many bytes more may still come. */
  takeBytes(count) {
    if (this.isDead) return false;
    this.#receivedBytes += count;
    if (this.#receivedBytes <= this.#limit('received bytes')) return true;
    this.die();
    return false;
  }

  /** A message from the server; `number` where it is counted. */
  takeMessage(message, number) {
    if (this.isDead || !this.client.listensTo(this)) return;
    if (this.#receivedCount++ >= this.#limit('received messages')) return this.die();
    if (message.method === 'session.closed') return this.close(message.params.code);
    if (number !== undefined) assert.equal(number, this.client.receivedCount + 1, 'each message has the next number');
    this.client.onMessage(this, message);
  }

  send(message, number) {
    // There is no such limit on bytes: how many a request takes is the library's to know.
    if (this.#sentCount++ >= Math.min(this.#limit('sent messages'), this.#limit('sent bytes') / 50)) return this.die();
    this.#queue.push({message, number});
    if (!this.#uploading) setImmediate(() => this.#upload());
  }

  #upload() {
    if (this.isDead || this.#uploading || this.#queue.length === 0) return;
    this.#uploading = true;
    const batch = this.#queue.splice(0);
    const first = batch.find(({number}) => number !== undefined)?.number;
    const body = JSON.stringify({...(first && {first}), messages: batch.map(({message}) => message),
      received: this.client.receivedCount});
    this.#post(body, (status, text) => {
      this.#uploading = false;
      if (this.isDead) return;
      // The session may have been ended by what was sent.
      if (status === 404) return;
      if (status !== 202) return this.lost(`POST answered ${status} ${text}`);
      // Whoever polls may have asked for nothing then that could tell of the end.
      if (batch.some(({message}) => message.method === 'session.end')) return this.close(1000);
      this.client.onReceived(this, JSON.parse(text).received);
      this.#upload();
    });
    // As a proxy would that saw no answer in time.
    if (first !== undefined && this.client.random(8) === 0) this.#post(body, () => {});
  }

  #post(body, answered) {
    const token = this.client.resumeToken;
    const request = http.request({...this.host, path: this.#path, method: 'POST', headers: {...this.headers,
      'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body), 'Sidewire-Session': token}},
    response => {
      let text = '';
      response.on('data', part => { text += part; });
      response.on('end', () => answered(response.statusCode, text));
      response.on('error', () => {});
    });
    request.on('error', error => this.lost(error.message));
    request.end(body);
  }

  resumeHeaders() {
    const {resumeToken, receivedCount} = this.client;
    return {'Sidewire-Requests': 'true',
      ...(resumeToken && {'Sidewire-Session': resumeToken, 'Sidewire-Received': receivedCount})};
  }

  close(code) {
    if (this.isDead) return;
    this.kill('destroy');
    this.client.onClose(this, code);
  }

  lost(why) {
    if (this.isDead) return;
    this.kill('destroy');
    this.client.onLost(this, why);
  }

  die() {
    if (this.isDead) return;
    this.kill(this.#cut.how);
    this.client.onCut(this);
  }

  kill(how) {
    if (this.isDead) return;
    this.isDead = true;
    if (how !== 'leave') return this.#agent.destroy();
    setTimeout(() => this.#agent.destroy(), 20);
  }
}

export class EventConnection extends HttpConnection {
  #text = '';

  constructor(...parts) {
    super(...parts);
    this.get('', {...this.resumeHeaders(), Accept: 'text/event-stream'}, response => {
      assert.equal(response.headers['content-type'], 'text/event-stream');
      response.setEncoding('utf8');
      response.on('data', text => {
        if (!this.takeBytes(text.length)) return;
        this.#text += text;
        this.#read();
      });
      response.on('end', () => this.lost('the end of the stream'));
      response.on('error', error => this.lost(error.message));
    });
  }

  #read() {
    let end;
    while (!this.isDead && (end = this.#text.indexOf('\n\n')) >= 0) {
      const lines = this.#text.slice(0, end).split('\n');
      this.#text = this.#text.slice(end + 2);
      const values = name => lines.filter(line => line.startsWith(`${name}: `)).map(line => line.slice(name.length + 2));
      const data = values('data');
      if (data.length === 0) continue;
      const [id] = values('id');
      this.takeMessage(JSON.parse(data.join('\n')), id && Number(id));
    }
  }
}

export class PollConnection extends HttpConnection {
  constructor(...parts) {
    super(...parts);
    // The first resumes, even where the connection before was a poll too.
    this.#poll(0);
  }

  #poll(seconds) {
    if (this.isDead) return;
    this.get(`?poll=${seconds}`, this.resumeHeaders(), response => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', part => { if (this.takeBytes(part.length)) text += part; });
      response.on('end', () => {
        if (this.isDead) return;
        const {first, messages, received} = JSON.parse(text);
        let number = first;
        for (const message of messages) {
          const isControl = message.method?.startsWith('session.');
          // What came with an answer that was cut is sent again.
          const isKnown = !isControl && number <= this.client.receivedCount;
          if (!isKnown) this.takeMessage(message, isControl ? undefined : number);
          if (!isControl) number += 1;
        }
        if (!this.isDead && this.client.resumeToken) this.client.onReceived(this, received);
        this.#poll(20);
      });
      response.on('error', error => this.lost(error.message));
    });
  }
}
