// Sessions over real WebSockets: every rule that a client can see.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {invalidAcks, invalidOpens} from './support/counter_examples.mjs';
import {frame, opcode} from './support/raw_websocket.mjs';
import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {Server} from './support/server.mjs';
import {SessionPeer} from './support/session_peer.mjs';

const ajv = makeAjv();
const assertFits = (name, value) => assert.equal(problemsByFile(ajv, name, value), '', JSON.stringify(value));

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const connect = options => SessionPeer.connect(server, options);
const open = (params, options) => SessionPeer.open(server, params, options);
const tokenOf = peer => peer.started.params.resumeToken;
const resume = (peer, received) => open({resumeToken: tokenOf(peer), received});

/** A server with other limits, for one test. */
async function withServer(args, body) {
  const other = await Server.start(args);
  try {
    await body(other);
  } finally {
    await other.stop();
  }
}

describe('before session.open', () => {
  test('a client may probe with session.ping', async () => {
    const peer = await connect();
    peer.notify('session.ping');
    assertFits('session-pong', await peer.hears());
    peer.notify('session.open');
    await peer.hearsOf('session.started');
    peer.breaks();
  });

  test('a client may authenticate, and is answered', async () => {
    const peer = await connect({token: null});
    peer.call(1, 'auth.authenticate', {token: 'wrong'});
    assert.equal((await peer.hears()).error.data.kind, 'not_authenticated');
    peer.call(2, 'auth.authenticate', {token: server.ready.token});
    assert.equal((await peer.hearsResult(2)).principal, 'local');
    peer.notify('session.open');
    await peer.hearsOf('session.started');
    peer.call(3, 'rpc.ping');
    await peer.hearsResult(3);
    peer.breaks();
  });

  test('neither counts: the first call after is the first of the session', async () => {
    const peer = await connect({token: null});
    peer.call(1, 'auth.authenticate', {token: server.ready.token});
    await peer.hearsResult(1);
    peer.notify('session.ping');
    await peer.hearsOf('session.pong');
    peer.notify('session.open');
    peer.started = await peer.hears();
    peer.call(2, 'rpc.ping');
    await peer.hearsResult(2);
    peer.breaks();
    const next = await resume(peer, 1);
    assert.deepEqual(next.started.params, {recovered: true, received: 1, from: 2});
    next.breaks();
  });

  const early = {
    'a call': {jsonrpc: '2.0', id: 1, method: 'rpc.ping'},
    'a notification': {jsonrpc: '2.0', method: 'rpc.ping'},
    'a batch': [{jsonrpc: '2.0', id: 1, method: 'rpc.ping'}],
    'an authentication in a batch': [{jsonrpc: '2.0', id: 1, method: 'auth.authenticate', params: {token: 'x'}}],
    'a response': {jsonrpc: '2.0', id: 1, result: 1},
    'no valid request': {},
    'session.ack': {jsonrpc: '2.0', method: 'session.ack', params: {received: 0}},
    'session.end': {jsonrpc: '2.0', method: 'session.end'},
  };
  for (const [name, message] of Object.entries(early)) {
    test(`${name} closes with 4501`, async () => {
      const peer = await connect();
      peer.say(message);
      await peer.isClosedWith(4501);
    });
  }

  test('what is no JSON closes with 4501', async () => {
    const peer = await connect();
    peer.socket.write(frame(opcode.text, '{'));
    await peer.isClosedWith(4501);
  });

  test('a wrong token closes with 4500, wherever it is', async () => {
    const inOpen = await connect({token: null});
    inOpen.notify('session.open', {token: 'wrong'});
    await inOpen.isClosedWith(4500);
    const inNotification = await connect({token: null});
    inNotification.notify('auth.authenticate', {token: 'wrong'});
    await inNotification.isClosedWith(4500);
    const inHandshake = await connect({token: 'wrong'});
    await inHandshake.isClosedWith(4500);
    const empty = await connect({token: null});
    empty.notify('session.open', {token: ''});
    await empty.isClosedWith(4500);
  });

  test('without any token session.open closes with 4500', async () => {
    const peer = await connect({token: null});
    peer.notify('session.open');
    await peer.isClosedWith(4500);
  });

  test('a token in session.open is enough', async () => {
    const peer = await open({token: server.ready.token}, {token: null});
    assert.equal(peer.started.method, 'session.started');
    peer.breaks();
  });

  test('messages over 64 KiB close with 1009 until the client has authenticated', async () => {
    const stranger = await connect({token: null});
    stranger.notify('session.ping', {padding: 'x'.repeat(65_400)});
    await stranger.hearsOf('session.pong');
    stranger.notify('session.ping', {padding: 'x'.repeat(65_536)});
    await stranger.isClosedWith(1009);
    const known = await open({token: server.ready.token}, {token: null});
    known.call(1, 'system.echo', ['x'.repeat(100_000)]);
    assert.equal((await known.hearsResult(1))[0].length, 100_000);
    known.breaks();
  });

  test('no session.open in time closes with 4501, nobody authenticated with 4500', () =>
    withServer(['--open-timeout', '0.1', '--authentication-timeout', '0.1'], async other => {
      const silent = await SessionPeer.connect(other);
      await silent.isClosedWith(4501);
      const stranger = await SessionPeer.connect(other, {token: null});
      await stranger.isClosedWith(4500);
      const late = await SessionPeer.connect(other, {token: null});
      late.call(1, 'auth.authenticate', {token: other.ready.token});
      await late.hearsResult(1);
      await late.isClosedWith(4501);
    }));
});

describe('a fresh session', () => {
  test('is told all about itself', async () => {
    const peer = await open({client: {name: 'test', version: '1'}, formats: ['json'], requests: true});
    assertFits('session-started', peer.started);
    const {params} = peer.started;
    assert.equal(params.instance, server.ready.instance);
    assert.equal(params.version, server.ready.version);
    assert.ok(params.resumeToken.startsWith(params.instance));
    assert.deepEqual([params.resumeWindowMs, params.resumeBufferBytes, params.heartbeatMs], [60000, 4194304, 15000]);
    assert.deepEqual(params.limits, {maxMessageBytes: 16777216, maxBatch: 100});
    peer.breaks();
  });

  test('answers calls, batches, and what is wrong, each as one message', async () => {
    const peer = await open();
    peer.call(1, 'system.echo', [1]);
    peer.say([{jsonrpc: '2.0', id: 2, method: 'rpc.ping'}, {jsonrpc: '2.0', id: 3, method: 'rpc.ping'}]);
    peer.socket.write(frame(opcode.text, '{'));
    peer.say({});
    peer.say({jsonrpc: '2.0', id: 9, result: 'to nothing'});
    peer.notify('rpc.ping');
    assert.deepEqual(await peer.hearsResult(1), [1]);
    assert.deepEqual((await peer.hears()).map(({id}) => id).sort(), [2, 3]);
    assert.equal((await peer.hears()).error.data.kind, 'parse_error');
    assert.equal((await peer.hears()).error.data.kind, 'invalid_request');
    await peer.hearsNothing();
    peer.breaks();
    const next = await resume(peer, 4);
    assertFits('session-resumed', next.started);
    assert.deepEqual(next.started.params, {recovered: true, received: 6, from: 5});
    next.breaks();
  });

  const wrong = {
    'a second session.open': {jsonrpc: '2.0', method: 'session.open'},
    'a session.* message with an id': {jsonrpc: '2.0', id: 1, method: 'session.ping'},
    'one with the id null': {jsonrpc: '2.0', id: null, method: 'session.ping'},
    'one in a batch': [{jsonrpc: '2.0', id: 1, method: 'rpc.ping'}, {jsonrpc: '2.0', method: 'session.ping'}],
    'an unknown one': {jsonrpc: '2.0', method: 'session.unknown'},
    'one of the server\'s': {jsonrpc: '2.0', method: 'session.started'},
    'received beyond what was ever sent': {jsonrpc: '2.0', method: 'session.ack', params: {received: 1}},
  };
  for (const [name, message] of Object.entries(wrong)) {
    test(`${name} closes with 4501 and ends the session`, async () => {
      const peer = await open();
      peer.say(message);
      await peer.isClosedWith(4501);
      const next = await resume(peer, 0);
      assert.equal(next.started.params.reason, 'expired');
      next.breaks();
    });
  }

  for (const params of invalidAcks) {
    test(`session.ack with ${JSON.stringify(params)} closes with 4501`, async () => {
      const peer = await open();
      peer.notify('session.ack', params);
      await peer.isClosedWith(4501);
    });
  }
  for (const params of invalidOpens) {
    test(`session.open with ${JSON.stringify(params)} closes with 4501`, async () => {
      const peer = await connect();
      peer.notify('session.open', params);
      await peer.isClosedWith(4501);
    });
  }

  test('session.open takes members that nobody knows', async () => {
    const peer = await open({unheard: 'of'});
    assert.equal(peer.started.method, 'session.started');
    peer.breaks();
  });
});

describe('acknowledgements', () => {
  test('32 messages are acknowledged at once, fewer within a second', async () => {
    const peer = await open();
    for (let count = 0; count < 32; ++count) peer.notify('rpc.ping');
    const ack = await peer.hearsAck();
    assertFits('session-ack', ack);
    assert.deepEqual(ack.params, {received: 32});
    peer.notify('rpc.ping');
    const since = Date.now();
    assert.deepEqual((await peer.hearsAck()).params, {received: 33});
    assert.ok(Date.now() - since < 1500);
    peer.breaks();
  });

  test('a client that acknowledges may no longer ask for what it had', async () => {
    const peer = await open();
    peer.call(1, 'rpc.ping');
    await peer.hearsResult(1);
    peer.notify('session.ack', {received: 1});
    await peer.hearsNothing();
    const late = await connect();
    late.notify('session.open', {resumeToken: tokenOf(peer), received: 0});
    await late.isClosedWith(4009);
    peer.call(2, 'rpc.ping');
    await peer.hearsResult(2);
    peer.breaks();
  });
});

describe('a resume', () => {
  test('brings the answer to a call that ran meanwhile', async () => {
    const peer = await open();
    peer.call(1, 'system.wait', {ms: 50});
    await peer.hearsNothing();
    peer.breaks();
    const next = await resume(peer, 0);
    assert.deepEqual(next.started.params, {recovered: true, received: 1, from: 1});
    await next.hearsResult(1);
    next.breaks();
  });

  test('closes the older connection with 4009, which was not told to break', async () => {
    const peer = await open();
    peer.call(1, 'rpc.ping');
    await peer.hearsResult(1);
    const next = await resume(peer, 0);
    await next.hearsResult(1);
    await peer.isClosedWith(4009);
    next.call(2, 'rpc.ping');
    await next.hearsResult(2);
    next.breaks();
  });

  test('is refused with 4501 where it has more than was ever sent, and the session goes on', async () => {
    const peer = await open();
    const wrong = await connect();
    wrong.notify('session.open', {resumeToken: tokenOf(peer), received: 1});
    await wrong.isClosedWith(4501);
    peer.call(1, 'rpc.ping');
    await peer.hearsResult(1);
    peer.breaks();
  });

  test('with a wrong token is refused with 4500, and the session goes on', async () => {
    const peer = await open();
    const wrong = await connect({token: null});
    wrong.notify('session.open', {resumeToken: tokenOf(peer), received: 0, token: 'wrong'});
    await wrong.isClosedWith(4500);
    peer.call(1, 'rpc.ping');
    await peer.hearsResult(1);
    peer.breaks();
  });

  const lost = async (params, reason) => {
    const peer = await open(params);
    assertFits('session-resumed', peer.started);
    assert.equal(peer.started.params.recovered, false);
    assert.equal(peer.started.params.reason, reason);
    peer.call(1, 'rpc.ping');
    await peer.hearsResult(1);
    const next = await resume(peer, 1);
    assert.deepEqual(next.started.params, {recovered: true, received: 1, from: 2});
    next.breaks();
  };

  test('of a token that is none of ours begins afresh: unknown', () =>
    lost({resumeToken: 'x', received: 7}, 'unknown'));

  test('of a token before a restart begins afresh: restarted', async () => {
    const earlier = await Server.start();
    const peer = await SessionPeer.open(earlier);
    peer.breaks();
    await earlier.stop();
    await lost({resumeToken: tokenOf(peer), received: 0}, 'restarted');
  });

  test('after session.end begins afresh: expired', async () => {
    const peer = await open();
    peer.notify('session.end');
    await peer.isClosedWith(1000);
    await lost({resumeToken: tokenOf(peer), received: 0}, 'expired');
  });

  test('after the window begins afresh: expired', () => withServer(['--resume-window', '0.05'], async other => {
    const peer = await SessionPeer.open(other);
    assert.equal(peer.started.params.resumeWindowMs, 50);
    peer.breaks();
    for (let tries = 0; ; ++tries) {
      assert.ok(tries < 100, 'the window is never over');
      await new Promise(resolve => setTimeout(resolve, 100));
      const next = await SessionPeer.open(other, {resumeToken: tokenOf(peer), received: 0});
      next.breaks();
      if (next.started.params.recovered) continue;
      assert.equal(next.started.params.reason, 'expired');
      break;
    }
  }));

  test('from before what was forgotten begins afresh: overflow', () =>
    withServer(['--resume-buffer-bytes', '1024'], async other => {
      const peer = await SessionPeer.open(other);
      for (let id = 1; id <= 3; ++id) {
        peer.call(id, 'system.echo', ['x'.repeat(600)]);
        await peer.hearsResult(id);
      }
      peer.breaks();
      const partly = await SessionPeer.open(other, {resumeToken: tokenOf(peer), received: 2});
      assert.deepEqual(partly.started.params, {recovered: true, received: 3, from: 3});
      await partly.hearsResult(3);
      for (let id = 4; id <= 6; ++id) {
        partly.call(id, 'system.echo', ['x'.repeat(600)]);
        await partly.hearsResult(id);
      }
      partly.breaks();
      const next = await SessionPeer.open(other, {resumeToken: tokenOf(peer), received: 3});
      assert.equal(next.started.params.reason, 'overflow');
      next.breaks();
    }));
});

describe('what ends a session', () => {
  for (const code of [1002, 1007, 1009, 4500, 4501, 4999]) {
    test(`a client that closes with ${code}`, async () => {
      const peer = await open();
      await peer.closes(code);
      const next = await resume(peer, 0);
      assert.equal(next.started.params.reason, 'expired');
      next.breaks();
    });
  }
  for (const code of [1000, 1001, 1011, 3000, 4000, 4009, 4499]) {
    test(`not a client that closes with ${code}`, async () => {
      const peer = await open();
      await peer.closes(code);
      const next = await resume(peer, 0);
      assert.equal(next.started.params.recovered, true);
      next.breaks();
    });
  }

  const faults = {
    1002: frame(3, 'x'),
    1007: frame(opcode.text, Buffer.of(0xFF)),
    1009: frame(opcode.text, '', {length: 2 ** 25, lengthBytes: 8}),
  };
  for (const [code, bytes] of Object.entries(faults)) {
    test(`a message that closes with ${code}`, async () => {
      const peer = await open();
      peer.socket.write(bytes);
      await peer.isClosedWith(Number(code));
      const next = await resume(peer, 0);
      assert.equal(next.started.params.reason, 'expired');
      next.breaks();
    });
  }

  test('not the faults of a connection that the session has left', async () => {
    const peer = await open();
    const next = await resume(peer, 0);
    peer.socket.write(frame(3, 'x'));
    await peer.isClosedWith(4009);
    next.call(1, 'rpc.ping');
    await next.hearsResult(1);
    next.breaks();
  });

  test('a notification that fails to authenticate', async () => {
    const peer = await open();
    peer.notify('auth.authenticate', {token: 'wrong'});
    await peer.isClosedWith(4500);
    const next = await resume(peer, 0);
    assert.equal(next.started.params.reason, 'expired');
    next.breaks();
  });
});

describe('signs of life', () => {
  test('a silent client is asked, and after two intervals closed with 4012; its session stays', () =>
    withServer(['--heartbeat', '0.2'], async other => {
      const peer = await SessionPeer.open(other);
      assert.equal(peer.started.params.heartbeatMs, 200);
      assertFits('session-ping', await peer.hears());
      await peer.isClosedWith(4012);
      const next = await SessionPeer.open(other, {resumeToken: tokenOf(peer), received: 0});
      assert.equal(next.started.params.recovered, true);
      next.breaks();
    }));

  test('a client in the midst of one long message hears some', () => withServer(['--heartbeat', '0.1'], async other => {
    const peer = await SessionPeer.open(other);
    const text = JSON.stringify({jsonrpc: '2.0', id: 1, method: 'system.echo', params: ['x'.repeat(10_000)]});
    const bytes = frame(opcode.text, text);
    let heardCount = 0;
    const heard = (async () => {
      for (; heardCount < 3; ++heardCount) await peer.hearsOf('session.ping');
    })();
    let at = 0;
    for (; heardCount < 3 && at < bytes.length - 20; at += 20) {
      peer.socket.write(bytes.subarray(at, at + 20));
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    assert.equal(heardCount, 3);
    await heard;
    peer.socket.write(bytes.subarray(at));
    for (let message; message?.id !== 1; message = await peer.hears()) continue;
    peer.breaks();
  }));

  test('a client that answers stays', () => withServer(['--heartbeat', '0.1'], async other => {
    const peer = await SessionPeer.open(other);
    for (let beat = 0; beat < 5; ++beat) {
      await peer.hearsOf('session.ping');
      peer.notify('session.pong');
    }
    peer.breaks();
  }));
});

test('a server that ends says so, finishes what runs and closes with 1001', async () => {
  const other = await Server.start();
  const peer = await SessionPeer.open(other);
  peer.call(1, 'system.wait', {ms: 200});
  await peer.hearsNothing();
  const stopped = other.stop();
  const draining = await peer.hears();
  assertFits('session-draining', draining);
  assert.equal(draining.params.deadlineMs, 10_000);
  await peer.hearsResult(1);
  await peer.isClosedWith(1001);
  assert.equal(await stopped, 0);
});

test('over MessagePack everything is the same, in binary frames', async () => {
  const peer = await open({}, {format: 'msgpack'});
  assertFits('session-started', peer.started);
  peer.call(1, 'system.echo', {data: new Uint8Array([1, 2, 3])});
  assert.deepEqual([...(await peer.hearsResult(1)).data], [1, 2, 3]);
  peer.breaks();
  const next = await SessionPeer.open(server, {resumeToken: tokenOf(peer), received: 0}, {format: 'msgpack'});
  assert.deepEqual(next.started.params, {recovered: true, received: 1, from: 1});
  await next.hearsResult(1);
  next.breaks();
});
