// Who may come: Host, Origin and token on every route, over HTTP and WebSocket.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {Sidecar} from './support/sidecar.mjs';
import {Wire, call, frameHead, post} from './support/wire.mjs';

const token = 'a-secret-that-must-never-be-logged-0123456789';
const wrongToken = 'a-guess-that-must-never-be-logged-9876543210';
const notAuthenticated = -32021;
let sidecar;

before(async () => {
  sidecar = await Sidecar.serve(
    ['--log-level', 'trace', '--authentication-timeout', '1', '--allow-host', 'my.test',
      '--allow-origin', 'https://*.example.com'],
    {environment: {SIDEWIRE_TOKEN: token}});
});
after(async () => {
  assert.equal((await sidecar.stop()).status, 0);
  for (const secret of [token, wrongToken]) {
    assert.ok(!sidecar.log.includes(secret), 'no token in the log');
    assert.ok(!sidecar.output.includes(secret), 'no token that the parent gave on standard output');
  }
});

async function statusOf(request) {
  const wire = await Wire.open(sidecar);
  const response = await wire.send(request).response();
  wire.destroy();
  return response;
}

const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n';
const routes = {
  'POST /rpc': 'Content-Type: application/json\r\nContent-Length: 0\r\n',
  'GET /rpc': '',
  'GET /openrpc.json': '',
  'GET /nowhere': '',
  'PUT /rpc': '',
  'OPTIONS /rpc': '',
};
const openRoutes = {'GET /healthz': '', 'GET /readyz': '', 'GET / ': upgrade, 'GET /rpc ': upgrade};

describe('a foreign Host or Origin is 403 on every route, with the option that allows it named', () => {
  for (const [line, headers] of Object.entries({...routes, ...openRoutes})) {
    test(`${line.trim()}${headers === upgrade ? ' (upgrade)' : ''}`, async () => {
      const request = line.trim();
      const bearer = `Authorization: Bearer ${token}\r\n`;
      for (const host of ['evil.example', 'localhost.evil.example', '10.0.0.1', '', 'localhost, evil.example']) {
        const response = await statusOf(`${request} HTTP/1.1\r\nHost: ${host}\r\n${bearer}${headers}\r\n`);
        assert.ok([400, 403].includes(response.status), `${host}: ${response.status}`);
        if (response.status === 403) assert.match(response.body.toString(), /allow-host/);
      }
      for (const origin of ['https://evil.example', 'https://example.com.evil.example', 'null', 'file://']) {
        const response = await statusOf(
          `${request} HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\n${bearer}${headers}\r\n`);
        assert.equal(response.status, 403, origin);
        assert.match(response.body.toString(), /allow-origin/);
        assert.equal(response.headers['access-control-allow-origin'], undefined);
      }
    });
  }
});

test('every name of this machine\'s loopback, and a configured one, is a good Host', async () => {
  for (const host of ['localhost', 'LOCALHOST:1', '127.0.0.1:8765', '127.1.2.3', '[::1]', '[::1]:80', 'my.test']) {
    assert.equal((await statusOf(`GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status, 200, host);
  }
});

test('the listed origins, patterns among them, may come', async () => {
  for (const origin of ['tauri://localhost', 'https://tauri.localhost', 'wails://wails', 'http://wails.localhost',
    'capacitor://localhost', 'https://app.example.com', 'http://localhost:5173', 'http://127.0.0.1:3000']) {
    const response = await statusOf(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nOrigin: ${origin}\r\n\r\n`);
    assert.equal(response.status, 200, origin);
    assert.equal(response.headers['access-control-allow-origin'], origin);
  }
});

describe('without a token, or with a wrong one, HTTP is 401', () => {
  const credentials = {
    'none': '',
    'wrong': `Authorization: Bearer ${wrongToken}\r\n`,
    'empty': 'Authorization: Bearer \r\n',
    'a beginning of the right one': `Authorization: Bearer ${token.slice(0, -1)}\r\n`,
    'another scheme': `Authorization: Basic ${token}\r\n`,
  };
  for (const [line, headers] of Object.entries(routes)) {
    for (const [what, authorization] of Object.entries(credentials)) {
      test(`${line}: ${what}`, async () => {
        const response = await statusOf(`${line} HTTP/1.1\r\nHost: localhost\r\n${authorization}${headers}\r\n`);
        assert.equal(response.status, 401);
        assert.match(response.headers['www-authenticate'], /^Bearer/);
        assert.equal(JSON.parse(response.body).error.code, notAuthenticated);
      });
    }
  }
});

test('a token in the query is as good as one in the header, and a wrong one as bad', async () => {
  const get = secret => statusOf(`GET /openrpc.json?access_token=${secret} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  assert.equal((await get(token)).status, 200);
  assert.equal((await get(wrongToken)).status, 401);
  assert.equal((await statusOf(post(sidecar, call('system.echo', [1])))).status, 200);
});

test('a WebSocket brings its token as header, subprotocol or in the query', async () => {
  const ways = [
    {token},
    {token: null, headers: `Sec-WebSocket-Protocol: jsonrpc, bearer.${token}\r\n`},
    {token: null, path: `/rpc?access_token=${token}`},
    {token, path: '/'},
  ];
  for (const way of ways) {
    const wire = await Wire.webSocket(sidecar, way);
    assert.equal(wire.upgrade.status, 101);
    assert.ok(!JSON.stringify(wire.upgrade.headers).includes(token), 'the token is not chosen as a subprotocol');
    assert.deepEqual((await wire.call('system.echo', [1])).result, [1]);
    wire.destroy();
  }
});

test('a WebSocket with a wrong or an empty token is completed and closed with 4500', async () => {
  for (const way of [{token: wrongToken}, {token: ''}, {token: null, path: '/rpc?access_token='},
    {token: null, headers: 'Sec-WebSocket-Protocol: jsonrpc, bearer.\r\n'},
    {token: null, headers: `Sec-WebSocket-Protocol: jsonrpc, bearer.${wrongToken}\r\n`}]) {
    const wire = await Wire.webSocket(sidecar, way);
    assert.equal(wire.upgrade.status, 101);
    wire.sendFrame(call('system.echo', []));
    assert.equal((await wire.frame()).closeCode, 4500);
    wire.socket.end();
    await wire.end();
    assert.equal(wire.received.length, 0, 'nothing is answered');
  }
});

test('before auth.authenticate everything else is refused, a batch element by element', async () => {
  const wire = await Wire.webSocket(sidecar, {token: null});
  assert.equal((await wire.call('system.echo', [])).error.code, notAuthenticated);
  assert.equal((await wire.call('rpc.discover')).error.code, notAuthenticated);
  wire.sendFrame(`[${call('system.echo', [], 1)},${call('no.such', [], 2)},{"jsonrpc":"2.0","method":"system.echo"}]`);
  const answers = JSON.parse((await wire.frame()).payload).sort((a, b) => a.id - b.id);
  assert.deepEqual(answers.map(({id, error}) => [id, error.code]), [[1, notAuthenticated], [2, notAuthenticated]]);

  assert.equal((await wire.call('auth.authenticate', {token})).error, undefined);
  assert.deepEqual((await wire.call('system.echo', [1])).result, [1]);
  wire.sendFrame(call('system.echo', ['x'.repeat(70_000)]));
  assert.equal((await wire.frame()).opcode, 1, 'larger messages may come now');
  wire.destroy();
});

test('a wrong token in auth.authenticate closes with 4500', async () => {
  const wire = await Wire.webSocket(sidecar, {token: null});
  wire.sendFrame(call('auth.authenticate', {token: wrongToken}));
  let last = await wire.frame();
  if (last.opcode === 1) {
    assert.equal(JSON.parse(last.payload).error.code, notAuthenticated);
    last = await wire.frame();
  }
  assert.equal(last.closeCode, 4500);
  wire.destroy();
});

test('before authentication a message over 64 KiB closes with 1009, told from its header', async () => {
  const wire = await Wire.webSocket(sidecar, {token: null});
  wire.send(frameHead(65_537n));
  assert.equal((await wire.frame()).closeCode, 1009);
  wire.destroy();
});

test('who does not authenticate in time is closed with 4500', async () => {
  const wire = await Wire.webSocket(sidecar, {token: null});
  assert.equal((await wire.frame()).closeCode, 4500);
  wire.destroy();
});

test('one connection\'s authentication is not another\'s, nor is one request\'s the next one\'s', async () => {
  const known = await Wire.webSocket(sidecar);
  const unknown = await Wire.webSocket(sidecar, {token: null});
  assert.deepEqual((await known.call('system.echo', [1])).result, [1]);
  assert.equal((await unknown.call('system.echo', [1])).error.code, notAuthenticated);
  known.destroy();
  unknown.destroy();

  const wire = await Wire.open(sidecar);
  assert.equal((await wire.send(post(sidecar, call('system.echo', []))).response()).status, 200);
  assert.equal((await wire.send(post({token: ''}, call('system.echo', []))).response()).status, 401);
  wire.destroy();
});

test('with --auth none nobody needs a token, but Host and Origin are still judged', async () => {
  const without = await Sidecar.serve(['--auth', 'none']);
  assert.equal(without.ready.token, undefined);
  const wire = await Wire.webSocket(without, {token: null});
  assert.deepEqual((await wire.call('system.echo', [1])).result, [1]);
  wire.destroy();
  for (const [status, headers] of [[200, ''], [403, 'Origin: http://localhost:5173\r\n'],
    [403, 'Origin: https://evil.example\r\n'], [200, 'Origin: tauri://localhost\r\n']]) {
    const http = await Wire.open(without);
    const request = post({token: ''}, call('system.echo', []), {headers});
    assert.equal((await http.send(request).response()).status, status, headers);
    http.destroy();
  }
  await without.stop();

  const exposed = Sidecar.run(['--auth', 'none', '--host', '0.0.0.0', '--port', '0']);
  assert.notEqual((await exposed.ended).status, 0, 'loopback only');
});
