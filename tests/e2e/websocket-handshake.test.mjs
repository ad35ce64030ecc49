// The way into a WebSocket of the real server: who is let in, with which subprotocol, and the HTTP errors.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {acceptOf, frame, handshake, key, opcode, RawWebSocket} from './support/raw_websocket.mjs';
import {Server} from './support/server.mjs';

let server;
before(async () => { server = await Server.start(['--allow-origin', 'https://app.example.com']); });
after(() => server?.stop());

const call = '{"jsonrpc":"2.0","id":1,"method":"system.echo","params":["hello"]}';
const answer = '{"jsonrpc":"2.0","id":1,"result":["hello"]}';

/** Asks at a path; gives `use` the connection and the head of the response. */
async function ask({path = '/rpc', headers = {}, method = 'GET', frames = []}, use) {
  const url = server.ready.url + path;
  const socket = await RawWebSocket.connect(url);
  try {
    const authorization = `Bearer ${server.ready.token}`;
    socket.write(handshake(url, {Authorization: authorization, ...headers}, method), ...frames);
    await use(await socket.head(), socket);
  } finally {
    socket.destroy();
  }
}

async function expectAnswer(socket) {
  const got = await socket.frame();
  assert.equal(got?.op, opcode.text);
  assert.equal(got.payload.toString(), answer);
}

async function expectClose(socket, code) {
  const got = await socket.frame();
  assert.equal(got?.op, opcode.close);
  assert.equal(got.payload.readUInt16BE(), code);
  assert.equal((await socket.end()).length, 0);
}

describe('accepted', () => {
  const accepted = (name, request, protocol) => test(name, () => ask(request, async (head, socket) => {
    assert.equal(head.status, 101);
    assert.equal(head.headers.upgrade.toLowerCase(), 'websocket');
    assert.equal(head.headers.connection.toLowerCase(), 'upgrade');
    assert.equal(head.headers['sec-websocket-accept'], acceptOf(request.headers?.['Sec-WebSocket-Key'] ?? key));
    assert.equal(head.headers['sec-websocket-protocol'], protocol);
    assert.equal(head.headers['sec-websocket-extensions'], undefined);
    socket.write(frame(opcode.text, call));
    await expectAnswer(socket);
  }));
  const offer = (names, more = {}) => ({headers: {'Sec-WebSocket-Protocol': names, ...more}});
  const bearer = () => `bearer.${server.ready.token}`;

  accepted('at /rpc', {});
  accepted('at /, for clients that know only a port', {path: '/'});
  accepted('another key', {headers: {'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA=='}});
  accepted('header names and tokens in any case, and lists', {headers: {
    Upgrade: null, upgrade: 'WebSocket', Connection: null, connection: 'keep-alive, UPGRADE'}});
  accepted('an extension that is not spoken', {headers: {'Sec-WebSocket-Extensions': 'x-unknown'}});
  accepted('an origin that is allowed', {headers: {Origin: 'https://app.example.com'}});
  accepted('the subprotocol jsonrpc is chosen', offer('jsonrpc'), 'jsonrpc');
  accepted('wherever it stands', offer('other, jsonrpc'), 'jsonrpc');
  accepted('no unknown subprotocol is chosen', offer('other'));

  test('bearer.TOKEN proves the client and is never chosen', () =>
    ask(offer(`${bearer()}, jsonrpc`, {Authorization: null}), async (head, socket) => {
      assert.equal(head.status, 101);
      assert.equal(head.headers['sec-websocket-protocol'], 'jsonrpc');
      socket.write(frame(opcode.text, call));
      await expectAnswer(socket);
    }));
  test('bearer.TOKEN alone is not chosen either', () =>
    ask(offer(bearer(), {Authorization: null}), async (head, socket) => {
      assert.equal(head.status, 101);
      assert.equal(head.headers['sec-websocket-protocol'], undefined);
      socket.write(frame(opcode.text, call));
      await expectAnswer(socket);
    }));
  test('the token in the query proves the client', () =>
    ask({path: `/rpc?access_token=${server.ready.token}`, headers: {Authorization: null}}, async (head, socket) => {
      assert.equal(head.status, 101);
      socket.write(frame(opcode.text, call));
      await expectAnswer(socket);
    }));
  test('frames that come with the request are answered', () =>
    ask({frames: [frame(opcode.text, call), frame(opcode.ping, 'early')]}, async (head, socket) => {
      assert.equal(head.status, 101);
      await expectAnswer(socket);
      assert.equal((await socket.frame())?.op, opcode.pong);
    }));
});

describe('without the right token', () => {
  const wrong = {
    'a wrong Authorization': {headers: {Authorization: 'Bearer wrong'}},
    'a wrong bearer subprotocol': {headers: {Authorization: null, 'Sec-WebSocket-Protocol': 'bearer.wrong'}},
    'an empty bearer subprotocol': {headers: {Authorization: null, 'Sec-WebSocket-Protocol': 'bearer.'}},
    'a wrong token in the query': {path: '/rpc?access_token=wrong', headers: {Authorization: null}},
    'an empty token in the query': {path: '/rpc?access_token=', headers: {Authorization: null}},
  };
  for (const [name, request] of Object.entries(wrong)) {
    test(`${name} is closed with 4500 after the handshake`, () => ask(request, async (head, socket) => {
      assert.equal(head.status, 101);
      await expectClose(socket, 4500);
    }));
  }
  test('without any, a call is not authenticated until auth.authenticate', () =>
    ask({headers: {Authorization: null}}, async (head, socket) => {
      assert.equal(head.status, 101);
      socket.write(frame(opcode.text, call));
      assert.equal(JSON.parse((await socket.frame()).payload).error.code, -32021);
      const authenticate = {jsonrpc: '2.0', id: 2, method: 'auth.authenticate', params: {token: server.ready.token}};
      socket.write(frame(opcode.text, JSON.stringify(authenticate)), frame(opcode.text, call));
      assert.equal(JSON.parse((await socket.frame()).payload).id, 2);
      await expectAnswer(socket);
    }));
});

describe('refused', () => {
  /** The status, and which headers say how to do better. */
  const refused = (name, request, status, headers = {}) => test(`${name}: ${status}`, () =>
    ask(request, async (head, socket) => {
      assert.equal(head.status, status);
      for (const [header, value] of Object.entries(headers)) assert.equal(head.headers[header], value);
      assert.equal(head.headers['cache-control'], 'no-store');
      assert.equal(head.headers['content-type'], 'application/json');
      if (request.method === 'HEAD') return;
      socket.finish();
      const {id, error} = JSON.parse(await socket.end());
      assert.equal(id, null);
      const kinds = {401: 'not_authenticated', 403: 'forbidden', 404: 'not_found'};
      assert.equal(error.data.kind, kinds[status] ?? 'invalid_request');
    }));
  const plain = {Upgrade: null, Connection: null, 'Sec-WebSocket-Key': null, 'Sec-WebSocket-Version': null};

  refused('no key', {headers: {'Sec-WebSocket-Key': null}}, 400);
  refused('a key that is no base64', {headers: {'Sec-WebSocket-Key': '!'.repeat(24)}}, 400);
  refused('a key of 15 bytes', {headers: {'Sec-WebSocket-Key': Buffer.alloc(15).toString('base64')}}, 400);
  refused('two keys', {headers: {'sec-websocket-key': key}}, 400);
  refused('no Connection', {headers: {Connection: null}}, 400);
  refused('a Connection that does not name Upgrade', {headers: {Connection: 'keep-alive'}}, 400);
  refused('a subprotocol that is no token', {headers: {'Sec-WebSocket-Protocol': 'a b'}}, 400);
  const version = {'sec-websocket-version': '13', upgrade: 'websocket'};
  refused('another version', {headers: {'Sec-WebSocket-Version': '8'}}, 426, version);
  refused('no version', {headers: {'Sec-WebSocket-Version': null}}, 426, version);
  refused('another host', {headers: {Host: 'example.com'}}, 403);
  refused('another origin', {headers: {Origin: 'https://example.com'}}, 403);
  refused('the origin null', {headers: {Origin: 'null'}}, 403);
  refused('another path', {path: '/other'}, 404);
  refused('a handshake by POST', {method: 'POST', headers: {'Content-Length': '0'}}, 405, {allow: 'GET'});
  refused('GET without an upgrade', {headers: plain}, 406);
  refused('HEAD', {method: 'HEAD', headers: plain}, 405, {allow: 'DELETE, GET, POST'});
  refused('PUT', {method: 'PUT', headers: plain}, 405, {allow: 'DELETE, GET, POST'});
  refused('DELETE without a session', {method: 'DELETE', headers: plain}, 400);
  refused('GET without a token', {headers: {...plain, Authorization: null}}, 401,
    {'www-authenticate': 'Bearer realm="sidewire"'});
  refused('the host comes before all else', {path: '/other', headers: {Host: 'example.com', 'Sec-WebSocket-Key': null}},
    403);
});
