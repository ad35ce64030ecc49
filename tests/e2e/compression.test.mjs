// What the server compresses, for whom, and what it takes compressed: WebSocket messages and HTTP bodies.
import assert from 'node:assert/strict';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {after, before, describe, test} from 'node:test';
import {gunzipSync, gzipSync} from 'node:zlib';
import WebSocket from 'ws';

import {DeflatePeer} from './support/deflate_peer.mjs';
import {frame, handshake, opcode, RawWebSocket} from './support/raw_websocket.mjs';
import {memoryOf, Sidecar} from './support/sidecar.mjs';
import {Wire, call, post} from './support/wire.mjs';

const folder = mkdtempSync(join(tmpdir(), 'sidewire-compression-'));
const configuration = join(folder, 'sidewire.toml');
writeFileSync(configuration, '[[topic]]\nname = "news"\nevents = ["news.item"]\npublish = ""\n');

const mebibyte = 1024 * 1024;
const browserOffer = 'permessage-deflate; client_max_window_bits';
let compressing;
let usual;
before(async () => {
  compressing = await Sidecar.serve(['--compression', 'on', '--threads', '2', '--config', configuration]);
  usual = await Sidecar.serve([]);
});
after(async () => {
  await compressing?.stop();
  await usual?.stop();
  rmSync(folder, {recursive: true});
});

const text = bytes => 'some text, '.repeat(Math.ceil(bytes / 11)).slice(0, bytes);
const authorization = sidecar => ({Authorization: `Bearer ${sidecar.token}`});
const rpc = sidecar => `${sidecar.ready.url}/rpc`;

describe('WebSocket', () => {
  const open = (headers = {}) =>
    DeflatePeer.open(rpc(compressing), browserOffer, {...authorization(compressing), ...headers});
  const say = (peer, message) => peer.send(opcode.text, JSON.stringify({jsonrpc: '2.0', ...message}));
  async function hears(peer) {
    const got = await peer.next();
    assert.equal(got?.op, opcode.text, `${got?.payload}`);
    return {...JSON.parse(got.payload), compressed: got.compressed};
  }

  async function answerOf(sidecar, offer) {
    const socket = await RawWebSocket.connect(sidecar.ready.url);
    socket.write(handshake(rpc(sidecar), {...authorization(sidecar), 'Sec-WebSocket-Extensions': offer}));
    const {status, headers} = await socket.head();
    socket.destroy();
    assert.equal(status, 101);
    return headers['sec-websocket-extensions'];
  }

  test('an offer is taken up where compression is on, with windows of 12 bits', async () => {
    assert.equal(await answerOf(compressing, browserOffer),
      'permessage-deflate; server_max_window_bits=12; client_max_window_bits=12');
    assert.equal(await answerOf(compressing, 'permessage-deflate; server_max_window_bits=9; server_no_context_takeover'),
      'permessage-deflate; server_no_context_takeover; server_max_window_bits=9');
  });

  test('on loopback it is not, unless told', async () => {
    assert.equal(await answerOf(usual, browserOffer), undefined);
    const off = await Sidecar.serve(['--compression', 'off']);
    try {
      assert.equal(await answerOf(off, browserOffer), undefined);
    } finally {
      await off.stop();
    }
  });

  test('large answers come compressed, small ones as they are', async () => {
    const peer = await open();
    for (const [bytes, compressed] of [[100, false], [1000, true], [100_000, true], [100, false], [100_000, true]]) {
      await say(peer, {id: bytes, method: 'system.echo', params: [text(bytes)]});
      const answer = await hears(peer);
      assert.deepEqual([answer.id, answer.result, answer.compressed], [bytes, [text(bytes)], compressed]);
    }
    assert.ok(peer.compressedBytes < 5000, `${peer.compressedBytes}`);
    peer.destroy();
  });

  test('each subscriber gets a publication as it agreed', async () => {
    const peers = [await open(), await open()];
    const plain = await RawWebSocket.open(rpc(compressing), authorization(compressing));
    for (const peer of peers) {
      await say(peer, {id: 1, method: 'topic.subscribe', params: {topic: 'news'}});
      assert.equal((await hears(peer)).result.topic, 'news');
    }
    const subscriber = new PlainPeer(plain);
    await subscriber.call('topic.subscribe', {topic: 'news'});
    for (let index = 0; index < 20; ++index) {
      const params = {topic: 'news', method: 'news.item', params: {index, text: text(2000)}};
      await say(peers[0], {method: 'topic.publish', params});
      const expected = {index, text: text(2000)};
      for (const peer of peers) {
        const {compressed, params: {_meta, ...got}} = await hears(peer);
        assert.deepEqual([compressed, got], [true, expected]);
      }
      const {params: {_meta, ...got}} = await subscriber.hears();
      assert.deepEqual(got, expected);
    }
    for (const peer of peers) peer.destroy();
    plain.destroy();
  });

  test('a session that is resumed on another thread takes its connection\'s compression along', async () => {
    let session;
    let acknowledged = 0;
    for (let turn = 0; turn < 6; ++turn) {
      const peer = await open({'Sec-WebSocket-Protocol': 'sidewire.1.json'});
      assert.equal(peer.subprotocol, 'sidewire.1.json');
      await say(peer, {method: 'session.open', params: session && {resumeToken: session, received: acknowledged}});
      const {method, params} = await hears(peer);
      assert.equal(method, session ? 'session.resumed' : 'session.started');
      assert.notEqual(params.recovered, false);
      session = params.resumeToken ?? session;
      for (let index = 0; index < 3; ++index) {
        const id = turn * 10 + index;
        await say(peer, {id, method: 'system.echo', params: [text(3000)]});
        let answer = await hears(peer);
        while (answer.method === 'session.ack') answer = await hears(peer);
        assert.deepEqual([answer.id, answer.result, answer.compressed], [id, [text(3000)], true]);
        ++acknowledged;
      }
      peer.destroy();
    }
  });

  test('before a token was shown the small limit holds for what a message inflates to', async () => {
    const peer = await open({Authorization: null});
    await say(peer, {id: 1, method: 'auth.authenticate', params: {token: 'x'.repeat(70_000)}});
    const {op, payload} = await peer.next();
    assert.deepEqual([op, payload.readUInt16BE()], [opcode.close, 1009]);
    peer.destroy();
  });

  test('another implementation understands it, in every setting of its own', async () => {
    for (const perMessageDeflate of [true, {serverNoContextTakeover: true, clientNoContextTakeover: true},
      {serverMaxWindowBits: 9, clientMaxWindowBits: 9}]) {
      const options = {headers: authorization(compressing), perMessageDeflate: {threshold: 0, ...perMessageDeflate}};
      const socket = new WebSocket(rpc(compressing), options);
      await once(socket, 'open');
      assert.match(socket.extensions, /permessage-deflate/);
      for (const bytes of [10, 5000, 500_000, 5000]) {
        socket.send(call('system.echo', [text(bytes)]));
        const [message] = await once(socket, 'message');
        assert.deepEqual(JSON.parse(message).result, [text(bytes)]);
      }
      socket.close();
      await once(socket, 'close');
    }
  });
});

/** A client that agreed on no compression, and checks that nothing comes compressed. */
class PlainPeer {
  constructor(socket) { this.socket = socket; }

  async call(method, params) {
    this.socket.write(frame(opcode.text, call(method, params)));
    return this.hears();
  }

  async hears() {
    const got = await this.socket.frame();
    assert.equal(got?.rsv, 0);
    return JSON.parse(got.payload);
  }
}

test('negotiation tells which transports are compressed', async () => {
  for (const [sidecar, messages] of [[compressing, ['permessage-deflate']], [usual, undefined]]) {
    const response = await fetch(`${rpc(sidecar)}/negotiate`, {method: 'POST', body: '{}',
      headers: {...authorization(sidecar), 'content-type': 'application/json'}});
    const {transports} = await response.json();
    const compressionOf = Object.fromEntries(transports.map(({name, compression}) => [name, compression]));
    assert.deepEqual(compressionOf, {websocket: messages, sse: undefined, poll: ['gzip'], post: ['gzip']});
  }
});

describe('HTTP requests', () => {
  const gzip = 'Content-Encoding: gzip\r\n';
  async function exchange(request, sidecar = usual) {
    const wire = await Wire.open(sidecar);
    const response = await wire.send(request).response();
    wire.destroy();
    return response;
  }

  test('a body may come in gzip, of several members too, small or large', async () => {
    for (const bytes of [0, 5000, mebibyte]) {
      const body = call('system.echo', [text(bytes)]);
      const half = body.length / 2;
      for (const encoded of [gzipSync(body), Buffer.concat([gzipSync(body.slice(0, half)), gzipSync(body.slice(half))])]) {
        const response = await exchange(post(usual, encoded, {headers: gzip}));
        assert.equal(response.status, 200);
        assert.deepEqual(JSON.parse(response.body).result, [text(bytes)]);
      }
    }
  });

  test('what is no gzip is 400, another coding 415 that names this one, and the connection goes on', async () => {
    const wire = await Wire.open(usual);
    const body = call('system.echo', []);
    for (const wrong of [body, gzipSync(body).subarray(0, -3), Buffer.concat([gzipSync(body), Buffer.from('x')])]) {
      assert.equal((await wire.send(post(usual, wrong, {headers: gzip})).response()).status, 400);
    }
    assert.equal((await wire.send(post(usual, gzipSync(body), {headers: gzip})).response()).status, 200);
    wire.destroy();
    for (const coding of ['br', 'deflate', 'gzip, br', 'gzip, gzip']) {
      const refused = await exchange(post(usual, body, {headers: `Content-Encoding: ${coding}\r\n`}));
      assert.equal(refused.status, 415);
      assert.equal(refused.headers['accept-encoding'], 'gzip, identity');
    }
  });

  test('messages of a session come up and go down in gzip by polls', async () => {
    const lines = `Host: localhost\r\nAuthorization: Bearer ${usual.token}\r\nAccept-Encoding: gzip\r\n`;
    const opened = await exchange(`GET /rpc?poll=0 HTTP/1.1\r\n${lines}\r\n`);
    const {resumeToken} = JSON.parse(opened.body).messages[0].params;
    const session = `Sidewire-Session: ${resumeToken}\r\n`;
    const envelope = {first: 1, messages: [JSON.parse(call('system.echo', [text(5000)]))]};
    const up = await exchange(post(usual, gzipSync(JSON.stringify(envelope)), {headers: gzip + session}));
    assert.equal(up.status, 202);
    const down = await exchange(`GET /rpc?poll=10 HTTP/1.1\r\n${lines}${session}Sidewire-Received: 0\r\n\r\n`);
    assert.equal(down.headers['content-encoding'], 'gzip');
    const {messages} = JSON.parse(gunzipSync(down.body));
    assert.deepEqual(messages.find(message => message.id === 1).result, [text(5000)]);
  });

  test('1 GiB in a body of 1 MB is 413 and costs no more than the message limit', async () => {
    const own = await Sidecar.serve([]);
    const peakBytes = () => memoryOf(own.ready.pid, 'VmHWM');
    try {
      const once = gzipSync(Buffer.alloc(mebibyte), {level: 9});
      const bomb = Buffer.concat(Array.from({length: 1024}, () => once));
      const before = peakBytes();
      const response = await exchange(post(own, bomb, {headers: gzip}), own);
      assert.equal(response.status, 413);
      assert.equal(JSON.parse(response.body).error.data.kind, 'request_too_large');
      const grown = peakBytes() - before;
      assert.ok(grown < 40 * mebibyte, `${grown / mebibyte} MiB`);
    } finally {
      await own.stop();
    }
  });
});

describe('HTTP answers', () => {
  async function exchange(request, sidecar = usual, options) {
    const wire = await Wire.open(sidecar);
    const response = await wire.send(request).response(options);
    wire.destroy();
    return response;
  }
  const echo = (bytes, headers) => post(usual, call('system.echo', [text(bytes)]), {headers});

  test('a body over 1 KiB is in gzip for who asks for that, on loopback too', async () => {
    const {headers, body} = await exchange(echo(5000, 'Accept-Encoding: br, gzip;q=0.8\r\n'));
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(headers.vary, 'Accept-Encoding');
    assert.ok(body.length < 500);
    assert.deepEqual(JSON.parse(gunzipSync(body)).result, [text(5000)]);
  });

  test('a small one is not, nor one for who does not ask', async () => {
    const small = await exchange(echo(500, 'Accept-Encoding: gzip\r\n'));
    assert.deepEqual([small.headers['content-encoding'], small.headers.vary], [undefined, undefined]);
    for (const header of ['', 'Accept-Encoding: gzip;q=0\r\n', 'Accept-Encoding: br\r\n', 'Accept-Encoding: identity\r\n']) {
      const {headers, body} = await exchange(echo(5000, header));
      assert.deepEqual([headers['content-encoding'], headers.vary], [undefined, 'Accept-Encoding'], header);
      assert.deepEqual(JSON.parse(body).result, [text(5000)]);
    }
  });

  test('GET and HEAD say the same of a document', async () => {
    const lines = `HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${usual.token}\r\nAccept-Encoding: gzip\r\n\r\n`;
    const whole = await exchange(`GET /openrpc.json ${lines}`);
    assert.ok(JSON.parse(gunzipSync(whole.body)).openrpc);
    const {headers} = await exchange(`HEAD /openrpc.json ${lines}`, usual, {bodiless: true});
    assert.equal(headers['content-encoding'], 'gzip');
    assert.equal(headers['content-length'], whole.headers['content-length']);
  });

  test('events are never compressed', async () => {
    const headers = 'Accept: text/event-stream\r\nAccept-Encoding: gzip\r\n';
    const response = await exchange(echo(5000, headers), usual);
    assert.match(response.headers['content-type'], /^text\/event-stream/);
    assert.equal(response.headers['content-encoding'], undefined);
  });

  test('nothing is where compression is off, and gzip is still taken', async () => {
    const off = await Sidecar.serve(['--compression', 'off']);
    try {
      const headers = 'Accept-Encoding: gzip\r\nContent-Encoding: gzip\r\n';
      const response = await exchange(post(off, gzipSync(call('system.echo', [text(5000)])), {headers}), off);
      assert.equal(response.headers['content-encoding'], undefined);
      assert.deepEqual(JSON.parse(response.body).result, [text(5000)]);
    } finally {
      await off.stop();
    }
  });

  test('fetch understands it', async () => {
    const response = await fetch(rpc(usual), {method: 'POST', body: call('system.echo', [text(5000)]),
      headers: {...authorization(usual), 'content-type': 'application/json'}});
    assert.equal(response.headers.get('content-encoding'), 'gzip');
    assert.deepEqual((await response.json()).result, [text(5000)]);
  });
});
