// JSON-RPC by POST, and the HTTP around it, byte by byte.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {decode, encode} from '@msgpack/msgpack';

import {Sidecar} from './support/sidecar.mjs';
import {Wire, call, post} from './support/wire.mjs';

const origin = 'http://localhost:5173';
let sidecar;

before(async () => {
  sidecar = await Sidecar.serve([
    '--max-message-bytes', '100000', '--max-header-bytes', '4096', '--handshake-timeout', '2',
    '--body-idle-timeout', '1', '--keep-alive-timeout', '2']);
});
after(async () => { assert.equal((await sidecar.stop()).status, 0); });

/** Sends bytes on a connection of their own; the first response. */
async function exchange(bytes, options) {
  const wire = await Wire.open(sidecar);
  const response = await wire.send(bytes).response(options);
  wire.destroy();
  return response;
}

const authorization = () => `Authorization: Bearer ${sidecar.token}\r\n`;
const head = (line, headers = '') => `${line} HTTP/1.1\r\nHost: localhost\r\n${authorization()}${headers}\r\n`;
const errorOf = response => JSON.parse(response.body).error;

test('a call in JSON is answered in JSON, one in MessagePack in MessagePack', async () => {
  const json = await exchange(post(sidecar, call('system.echo', [1, 'two'], 'an id')));
  assert.equal(json.status, 200);
  assert.equal(json.headers['content-type'], 'application/json');
  assert.equal(json.headers['cache-control'], 'no-store');
  assert.deepEqual(JSON.parse(json.body), {jsonrpc: '2.0', result: [1, 'two'], id: 'an id'});

  const message = {jsonrpc: '2.0', id: 7, method: 'system.echo', params: {bytes: new Uint8Array([0, 255])}};
  const packed = await exchange(post(sidecar, encode(message), {type: 'application/msgpack'}));
  assert.equal(packed.status, 200);
  assert.equal(packed.headers['content-type'], 'application/msgpack');
  const answer = decode(packed.body);
  assert.equal(answer.id, 7);
  assert.deepEqual([...answer.result.bytes], [0, 255]);
});

test('one connection takes call after call', async () => {
  const wire = await Wire.open(sidecar);
  for (let id = 1; id <= 5; ++id) {
    const response = await wire.send(post(sidecar, call('system.echo', [id], id))).response();
    assert.deepEqual(JSON.parse(response.body).result, [id]);
  }
  wire.destroy();
});

test('pipelined calls are answered in their order, slow ones first where they came first', async () => {
  const wire = await Wire.open(sidecar);
  wire.send(Buffer.concat([
    post(sidecar, call('system.wait', {ms: 150}, 1)), post(sidecar, call('system.echo', [], 2)),
    post(sidecar, call('system.wait', {ms: 20}, 3)), post(sidecar, call('system.echo', [], 4))]));
  const ids = [];
  for (let turn = 0; turn < 4; ++turn) ids.push(JSON.parse((await wire.response()).body).id);
  assert.deepEqual(ids, [1, 2, 3, 4]);
  wire.destroy();
});

test('more pipelined answers than may wait unsent are all sent, in order, after a half close too', async () => {
  const wire = await Wire.open(sidecar);
  const count = 1000;
  wire.socket.pause();
  const requests = [];
  for (let id = 0; id < count; ++id) requests.push(post(sidecar, call('rpc.discover', [], id)));
  wire.send(Buffer.concat(requests)).socket.end();
  let answerBytes = 0;
  await exchange(post(sidecar, call('system.echo', [])));  // by now the server has met the bound
  wire.socket.resume();
  for (let id = 0; id < count; ++id) {
    const {body} = await wire.response();
    answerBytes += body.length;
    assert.equal(JSON.parse(body).id, id);
  }
  assert.ok(answerBytes > 3 * 4 * 1024 * 1024, 'several times what may wait unsent');
  await wire.end();
  assert.equal(wire.received.length, 0);
});

test('a half close still gets the answer of a running call', async () => {
  const wire = await Wire.open(sidecar);
  wire.send(post(sidecar, call('system.wait', {ms: 100}))).socket.end();
  assert.equal((await wire.response()).status, 200);
  await wire.end();
});

test('a reset cancels the running call', async () => {
  const wire = await Wire.open(sidecar);
  wire.send(post(sidecar, call('system.wait', {ms: 60_000})));
  const inFlight = async () => {
    const stats = await exchange(post(sidecar, call('system.stats')));
    return JSON.parse(stats.body).result.server.callsInFlight;
  };
  const poll = async wanted => {
    for (let tries = 0; tries < 500; ++tries) {
      if (await inFlight() === wanted) return;
    }
    assert.fail(`never ${wanted} calls in flight`);
  };
  await poll(1);
  wire.socket.resetAndDestroy();
  await poll(0);
});

test('a notification, and a batch of notifications, get 204 without a body', async () => {
  const notification = {jsonrpc: '2.0', method: 'system.echo', params: []};
  for (const message of [notification, [notification, notification]]) {
    const wire = await Wire.open(sidecar);
    const response = await wire.send(post(sidecar, JSON.stringify(message))).response();
    assert.equal(response.status, 204);
    assert.equal(response.headers['content-length'], undefined);
    assert.equal((await wire.send(post(sidecar, call('system.echo', []))).response()).status, 200);
    wire.destroy();
  }
});

test('what is no JSON is a parse error with status 200', async () => {
  const response = await exchange(post(sidecar, '{"jsonrpc": '));
  assert.equal(response.status, 200);
  assert.equal(errorOf(response).code, -32700);
});

test('a chunked body is put together, however it is cut, trailers included', async () => {
  const body = call('system.echo', ['chunks']);
  const chunked = head('POST /rpc', 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n') +
    [...body].map(character => `1;note=x\r\n${character}\r\n`).join('') + '0\r\nX-Trailer: 1\r\n\r\n';
  const whole = await exchange(chunked);
  assert.deepEqual(JSON.parse(whole.body).result, ['chunks']);

  const wire = await Wire.open(sidecar);
  wire.socket.setNoDelay(true);
  for (const character of chunked) {
    await new Promise(resolve => wire.socket.write(character, resolve));
  }
  assert.deepEqual(JSON.parse((await wire.response()).body).result, ['chunks']);
  assert.equal((await wire.send(post(sidecar, call('system.echo', []))).response()).status, 200);
  wire.destroy();
});

test('Expect: 100-continue is answered before the body is sent; any other is 417', async () => {
  const body = call('system.echo', ['expected']);
  const wire = await Wire.open(sidecar);
  wire.send(head('POST /rpc',
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n`));
  assert.equal((await wire.response()).status, 100);
  assert.deepEqual(JSON.parse((await wire.send(body).response()).body).result, ['expected']);
  wire.destroy();

  assert.equal((await exchange(post(sidecar, body, {headers: 'Expect: a miracle\r\n'}))).status, 417);
  const refused = await exchange(
    `POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n`);
  assert.equal(refused.status, 401, 'nobody is asked for a body that will not be read');
});

test('path, method and media type are refused with their status and a JSON-RPC error', async () => {
  const body = call('system.echo', []);
  const cases = [
    [404, 'not_found', head('GET /nowhere')],
    [405, 'invalid_request', head('PUT /rpc')],
    [405, 'invalid_request', head('DELETE /openrpc.json')],
    [405, 'invalid_request', head('POST /healthz', 'Content-Length: 0\r\n')],
    [406, 'invalid_request', head('GET /rpc')],
    [415, 'invalid_request', post(sidecar, body, {type: 'text/plain'})],
    [415, 'invalid_request', head('POST /rpc', 'Content-Length: 0\r\n')],
    [415, 'invalid_request', post(sidecar, body, {headers: 'Content-Encoding: br\r\n'})],
    [413, 'request_too_large', post(sidecar, Buffer.alloc(100_001, ' '))],
    [431, 'invalid_request', head('GET /healthz', `X-Long: ${'x'.repeat(5000)}\r\n`)],
    [505, 'invalid_request', 'GET /healthz HTTP/2.0\r\nHost: localhost\r\n\r\n'],
  ];
  for (const [status, kind, request] of cases) {
    const response = await exchange(request);
    const what = request.toString('latin1').slice(0, 60);
    assert.equal(response.status, status, what);
    assert.equal(response.headers['content-type'], 'application/json', what);
    assert.equal(JSON.parse(response.body).id, null, what);
    assert.equal(errorOf(response).data.kind, kind, what);
    if (status === 405) assert.ok(response.headers.allow, what);
  }
});

test('a body beyond the limit is refused from its length, and in chunks when it is reached', async () => {
  const announced = await Wire.open(sidecar);
  announced.send(head('POST /rpc', 'Content-Type: application/json\r\nContent-Length: 9223372036854775807\r\n'));
  assert.equal((await announced.response()).status, 413);
  await announced.socket.end();
  await announced.end();

  const chunked = await exchange(head('POST /rpc',
    'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n') + `20000\r\n${' '.repeat(0x20000)}`);
  assert.equal(chunked.status, 413);
});

test('HEAD gets the headers of GET without the body; HEAD /rpc is 405', async () => {
  const wire = await Wire.open(sidecar);
  const response = await wire.send(head('HEAD /healthz')).response({bodiless: true});
  assert.equal(response.status, 200);
  assert.ok(Number(response.headers['content-length']) > 0);
  assert.equal((await wire.send(head('GET /healthz')).response()).status, 200, 'nothing lay between');
  assert.equal((await wire.send(head('HEAD /rpc')).response({bodiless: true})).status, 405);
  wire.destroy();
});

test('HTTP/1.0 closes after its answer unless it asks to be kept', async () => {
  const once = await Wire.open(sidecar);
  const response = await once.send(post(sidecar, call('system.echo', []), {version: '1.0'})).response();
  assert.equal(response.status, 200);
  await once.end();

  const kept = await Wire.open(sidecar);
  const request = post(sidecar, call('system.echo', []), {version: '1.0', headers: 'Connection: keep-alive\r\n'});
  assert.equal((await kept.send(request).response()).headers.connection, 'keep-alive');
  assert.equal((await kept.send(request).response()).status, 200);
  kept.destroy();
});

test('Connection: close is answered and then closed', async () => {
  const wire = await Wire.open(sidecar);
  wire.send(post(sidecar, call('system.echo', []), {headers: 'Connection: close\r\n'}));
  assert.equal((await wire.response()).headers.connection, 'close');
  await wire.end();
});

const smuggled = {
  'a length beside chunks': 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
  'chunks beside a length': 'Transfer-Encoding: chunked\r\nContent-Length: 5\r\n',
  'two different lengths': 'Content-Length: 5\r\nContent-Length: 6\r\n',
  'the same length twice': 'Content-Length: 5\r\nContent-Length: 5\r\n',
  'a list of lengths': 'Content-Length: 5, 5\r\n',
  'a signed length': 'Content-Length: +5\r\n',
  'a negative length': 'Content-Length: -5\r\n',
  'a length of 2^64': 'Content-Length: 18446744073709551616\r\n',
  'a folded header': 'X-Folded: a\r\n b\r\nContent-Length: 5\r\n',
  'a bare line feed in the headers': 'X-One: a\nContent-Length: 5\r\n',
  'a bare carriage return in the headers': 'X-One: a\rContent-Length: 5\r\n',
  'gzip as a transfer coding': 'Transfer-Encoding: gzip, chunked\r\n',
  'identity as a transfer coding': 'Transfer-Encoding: identity\r\n',
  'an empty transfer coding': 'Transfer-Encoding:\r\nContent-Length: 5\r\n',
  'two transfer codings': 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n',
  'a transfer coding that only looks like chunked': 'Transfer-Encoding: \x0bchunked\r\n',
  'a space before the colon': 'Content-Length : 5\r\n',
  'a header without a name': ': 5\r\n',
  'a NUL in a header': 'X-One: a\0b\r\nContent-Length: 5\r\n',
  'two hosts': 'Host: localhost\r\nContent-Length: 5\r\n',
  'two tokens': 'Authorization: Bearer x\r\nContent-Length: 5\r\n',
};
for (const [what, headers] of Object.entries(smuggled)) {
  test(`a request that could smuggle is refused and ends the connection: ${what}`, async () => {
    const wire = await Wire.open(sidecar);
    wire.send(head('POST /rpc', `Content-Type: application/json\r\n${headers}`) + `0\r\n\r\n${head('GET /healthz')}`);
    assert.equal((await wire.response()).status, 400);
    wire.socket.end();
    await wire.end();
    assert.equal(wire.received.length, 0, 'what follows is not taken for a request');
  });
}

test('chunks in HTTP/1.0, malformed chunks and lines ended by a line feed alone are refused', async () => {
  const lines = 'Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n';
  const requests = [
    `POST /rpc HTTP/1.0\r\n${lines}${authorization()}\r\n0\r\n\r\n`,
    ...['zz\r\n', '5\n', '-1\r\n\r\n', '1\r\nab\r\n', 'fffffffffffffffff\r\n', '0x5\r\n'].map(
      chunk => `POST /rpc HTTP/1.1\r\n${lines}${authorization()}\r\n${chunk}0\r\n\r\n`),
    'GET /healthz HTTP/1.1\nHost: localhost\n\n',
    'GET /healthz HTTP/1.1\r\n\r\n',
    'GET  /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  ];
  for (const request of requests) {
    assert.equal((await exchange(request)).status, 400, JSON.stringify(request));
  }
});

test('a head that does not come in time is 408, a body neither, and both end the connection', async () => {
  const listed = `Origin: ${origin}\r\n`;
  for (const request of [
    'POST /rpc HTTP/1.1\r\nHost: local',
    head('POST /rpc', `Content-Type: application/json\r\nContent-Length: 9\r\n${listed}`) + '{"json',
  ]) {
    const wire = await Wire.open(sidecar);
    const response = await wire.send(request).response();
    assert.equal(response.status, 408);
    if (request.includes(listed)) assert.equal(response.headers['access-control-allow-origin'], origin);
    await wire.end();
  }
});

test('an idle connection is closed without a word', async () => {
  const wire = await Wire.open(sidecar);
  assert.equal((await wire.send(head('GET /healthz')).response()).status, 200);
  await wire.end();
  assert.equal(wire.received.length, 0);
});

test('health and readiness need no token; the contract is the document of rpc.discover', async () => {
  const health = await exchange('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.deepEqual(JSON.parse(health.body),
    {status: 'ok', protocol: 'sidewire/1', instance: sidecar.ready.instance});
  const readiness = await exchange('GET /readyz HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.deepEqual([readiness.status, JSON.parse(readiness.body)], [200, {status: 'ready'}]);

  const document = JSON.parse((await exchange(head('GET /openrpc.json'))).body);
  const discovered = JSON.parse((await exchange(post(sidecar, call('rpc.discover')))).body).result;
  assert.deepEqual(document, discovered);
  assert.ok(document.methods.some(method => method.name === 'system.echo'));
});

test('a preflight from a listed origin is 204 without a token', async () => {
  const response = await exchange(`OPTIONS /rpc HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\n` +
    'Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization, content-type\r\n\r\n');
  assert.equal(response.status, 204);
  assert.equal(response.headers['access-control-allow-origin'], origin);
  assert.match(response.headers['access-control-allow-methods'], /POST/);
  assert.match(response.headers['access-control-allow-headers'], /Authorization.*Content-Type/);
  assert.equal(response.headers['access-control-max-age'], '600');
  assert.equal(response.headers.vary, 'Origin');
});

test('every answer to a listed origin names it, errors too; none names *', async () => {
  const from = `Origin: ${origin}\r\n`;
  const requests = {
    200: post(sidecar, call('system.echo', []), {headers: from}),
    204: post(sidecar, '{"jsonrpc":"2.0","method":"system.echo"}', {headers: from}),
    401: `POST /rpc HTTP/1.1\r\nHost: localhost\r\n${from}\r\n`,
    404: head('GET /nowhere', from),
    405: head('PUT /rpc', from),
    406: head('GET /rpc', from),
    413: post(sidecar, Buffer.alloc(100_001), {headers: from}),
    415: post(sidecar, '', {type: 'text/plain', headers: from}),
    417: post(sidecar, '', {headers: `${from}Expect: a miracle\r\n`}),
  };
  for (const [status, request] of Object.entries(requests)) {
    const response = await exchange(request);
    assert.equal(response.status, Number(status));
    assert.equal(response.headers['access-control-allow-origin'], origin, status);
    assert.equal(response.headers.vary, 'Origin', status);
  }
  const refused = await exchange(head('GET /healthz', 'Origin: https://evil.example\r\n'));
  assert.equal(refused.status, 403);
  assert.equal(refused.headers['access-control-allow-origin'], undefined);
});
