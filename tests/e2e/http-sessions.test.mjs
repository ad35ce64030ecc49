// Sessions over HTTP: event streams, long polls, envelopes up, and moves between them and WebSocket.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {EventStream, poll, post} from './support/http_session.mjs';
import {makeAjv, problemsByFile} from './support/schemas.mjs';
import {Server} from './support/server.mjs';
import {SessionPeer} from './support/session_peer.mjs';

const ajv = makeAjv();
const assertFits = (name, value) => assert.equal(problemsByFile(ajv, name, value), '', JSON.stringify(value));

let server;
before(async () => { server = await Server.start(['--threads', '2']); });
after(() => server?.stop());

const call = (id, method, params) => ({jsonrpc: '2.0', id, method, params});
const echo = id => call(id, 'system.echo', [id]);

async function openStream(of = server, headers = {}) {
  const stream = await EventStream.open(of, {headers});
  const started = await stream.message();
  return {stream, started, token: started.params.resumeToken};
}

async function openPoll(of = server) {
  const envelope = await (await poll(of, 5)).json();
  return {started: envelope.messages[0], token: envelope.messages[0].params.resumeToken};
}

async function withServer(args, body) {
  const other = await Server.start(args);
  try {
    await body(other);
  } finally {
    await other.stop();
  }
}

const kindOf = async response => (await response.json()).error.data.kind;

describe('an event stream', () => {
  test('opens a session and says so in an event without id, behind padding and retry', async () => {
    const {stream, started} = await openStream();
    assert.equal(stream.response.headers.get('content-type'), 'text/event-stream');
    assert.equal(stream.response.headers.get('x-accel-buffering'), 'no');
    assert.equal(stream.response.headers.get('cache-control'), 'no-store');
    assert.equal(started.number, undefined);
    const {number, ...message} = started;
    assertFits('session-started', message);
    assert.ok(stream.comments[0].length >= 2000);
    assert.ok(stream.retry > 0);
    stream.close();
  });

  test('brings the answers to what is posted, numbered from 1', async () => {
    const {stream, token} = await openStream();
    const posted = await post(server, token, {first: 1, messages: [echo(1), [echo(2), echo(3)]]});
    assert.equal(posted.status, 202);
    const answer = await posted.json();
    assertFits('upload-answer', answer);
    assert.equal(answer.received, 2);
    const first = await stream.message();
    assert.deepEqual([first.number, first.id, first.result], [1, 1, [1]]);
    const batch = await stream.next();
    assert.equal(batch.id, '2');
    assert.deepEqual(JSON.parse(batch.data).map(({id}) => id).sort(), [2, 3]);
    stream.close();
  });

  test('keeps line ends within a result as lines of data', async () => {
    const {stream, token} = await openStream();
    await post(server, token, '{"first":1,"messages":[{"jsonrpc":"2.0","id":1,"method":"system.echo","params":[1,\r\n2,\r3,\n4]}]}');
    assert.deepEqual((await stream.message()).result, [1, 2, 3, 4]);
    stream.close();
  });

  test('goes on after Last-Event-ID, on whichever thread; the old one is told 4009 and ends', async () => {
    const {stream, token} = await openStream();
    await post(server, token, {first: 1, messages: [echo(1), echo(2), echo(3)]});
    assert.equal((await stream.message()).number, 1);
    for (let round = 0; round < 4; ++round) {
      const again = await EventStream.open(server,
        {headers: {'sidewire-session': token, 'sidewire-received': '0', 'last-event-id': '1'}});
      const resumed = await again.message();
      assert.deepEqual([resumed.params.recovered, resumed.params.received, resumed.params.from], [true, 3, 2]);
      assert.equal((await again.message()).number, 2);
      assert.equal((await again.message()).number, 3);
      if (round > 0) again.close();
    }
    let event;
    do { event = await stream.next(); } while (event.id !== undefined);
    assert.equal(JSON.parse(event.data).params.code, 4009);
    assert.equal(event.id, undefined);
    assert.equal((await stream.next()).type, 'end');
  });

  test('EventSource and curl say the same in the query', async () => {
    const {stream, token} = await openStream();
    stream.close();
    const again = await EventStream.open(server, {path: `/rpc?session=${token}&received=0&requests=true&client=curl/8`});
    assert.equal((await again.message()).params.recovered, true);
    again.close();
  });

  test('a MessagePack message is base64 in an event of its own type', async () => {
    const {stream, token} = await openStream(server, {'sidewire-formats': 'msgpack'});
    const packed = Buffer.from(encode(call('m', 'system.echo', [new Uint8Array([1, 2])]))).toString('base64');
    assert.equal((await post(server, token, {first: 1, messages: [packed]})).status, 202);
    const event = await stream.next();
    assert.deepEqual([event.type, event.id], ['msgpack', '1']);
    assert.deepEqual([...decode(Buffer.from(event.data, 'base64')).result[0]], [1, 2]);
    stream.close();
  });

  test('session.ping that is posted is answered on the stream', async () => {
    const {stream, token} = await openStream();
    await post(server, token, {messages: [{jsonrpc: '2.0', method: 'session.ping'}]});
    assert.equal((await stream.message()).method, 'session.pong');
    stream.close();
  });

  test('a quiet one carries pings, and one whose client says nothing is told 4012', () =>
    withServer(['--heartbeat', '0.2'], async other => {
      const {stream, token} = await openStream(other);
      assert.equal((await stream.message()).method, 'session.ping');
      await post(other, token, {messages: [{jsonrpc: '2.0', method: 'session.pong'}]});
      let message;
      do { message = await stream.message(); } while (message.method === 'session.ping');
      assert.deepEqual([message.method, message.params.code], ['session.closed', 4012]);
      assert.equal((await stream.next()).type, 'end');
    }));
});

describe('envelopes', () => {
  test('what is repeated runs once, what is missing is asked for', async () => {
    const {stream, token} = await openStream();
    const gap = await post(server, token, {first: 2, messages: [echo(2)]});
    assert.equal(gap.status, 409);
    assert.deepEqual(await gap.json(), {received: 0});
    const both = {first: 1, messages: [echo(1), echo(2)]};
    const answers = await Promise.all([post(server, token, both), post(server, token, both)]);
    for (const answer of answers) assert.deepEqual([answer.status, await answer.json()], [202, {received: 2}]);
    const overlapping = await post(server, token, {first: 2, messages: [echo(2), echo(3)]});
    assert.deepEqual(await overlapping.json(), {received: 3});
    for (const id of [1, 2, 3]) assert.equal((await stream.message()).id, id);
    await post(server, token, {first: 4, messages: [echo('last')]});
    assert.equal((await stream.message()).id, 'last');
    stream.close();
  });

  test('an element that is no valid request counts as one', async () => {
    const {stream, token} = await openStream();
    const answer = await post(server, token, {first: 1, messages: [{jsonrpc: '1.0'}, {}, echo(3)]});
    assert.deepEqual(await answer.json(), {received: 3});
    assert.equal((await stream.message()).error.code, -32600);
    assert.equal((await stream.message()).error.code, -32600);
    assert.equal((await stream.message()).id, 3);
    stream.close();
  });

  const refusals = {
    'that cannot be read': '{"first":1,"messages":[{"jsonrpc":"2.0",}]}',
    'that is no object': '[]',
    'without the number of its first message': {messages: [echo(1)]},
    'with first 0': {first: 0, messages: [echo(1)]},
    'with a number of messages': {first: 1, messages: 3},
    'that opens a session': {messages: [{jsonrpc: '2.0', method: 'session.open'}]},
    'with an unknown session message': {first: 1, messages: [echo(1), {jsonrpc: '2.0', method: 'session.what'}]},
    'with a session message that has an id': {messages: [{jsonrpc: '2.0', id: 1, method: 'session.ping'}]},
    'with a session message in a batch': {first: 1, messages: [[{jsonrpc: '2.0', method: 'session.ping'}]]},
    'with an ack of nothing': {messages: [{jsonrpc: '2.0', method: 'session.ack', params: {}}]},
    'that has received more than was sent': {first: 1, messages: [echo(1)], received: 1},
    'with a text that is no base64': {first: 1, messages: ['%%%']},
    'with a negative received': {received: -1},
  };
  for (const [name, envelope] of Object.entries(refusals)) {
    test(`one ${name} is 400 and counts nothing`, async () => {
      const {stream, token} = await openStream();
      const refused = await post(server, token, envelope);
      assert.equal(refused.status, 400);
      assert.equal(await kindOf(refused), 'invalid_request');
      assert.deepEqual(await (await post(server, token, {first: 1, messages: [echo('next')]})).json(), {received: 1});
      assert.equal((await stream.message()).id, 'next');
      stream.close();
    });
  }

  test('another media type is 415, no session 404, a too large one 413', async () => {
    const {stream, token} = await openStream();
    assert.equal((await post(server, token, '{}', {'content-type': 'text/plain'})).status, 415);
    assert.equal((await post(server, 'nothing.0.1.x', {received: 0})).status, 404);
    assert.equal((await post(server, `${token}x`, {received: 0})).status, 404);
    const large = {first: 1, messages: [call(1, 'system.echo', ['x'.repeat(16 * 1024 * 1024)])]};
    assert.equal((await post(server, token, large)).status, 413);
    stream.close();
  });

  test('one is taken while the session has no connection', async () => {
    const {stream, token} = await openStream();
    stream.close();
    assert.deepEqual(await (await post(server, token, {first: 1, messages: [echo(1)]})).json(), {received: 1});
    const {first, messages} = await (await poll(server, 5, token, 0)).json();
    assert.equal(first, 1);
    assert.deepEqual(messages.map(({method, id}) => method ?? id), ['session.resumed', 1]);
  });
});

describe('polls', () => {
  test('the first opens, and is answered at once', async () => {
    const response = await poll(server, 25);
    const envelope = await response.json();
    assertFits('envelope', envelope);
    assertFits('session-started', envelope.messages[0]);
    assert.deepEqual([envelope.messages.length, envelope.first, envelope.received], [1, undefined, 0]);
  });

  test('the next is held until there is something', async () => {
    const {token} = await openPoll();
    const held = poll(server, 20, token, 0);
    await post(server, token, {first: 1, messages: [call(1, 'system.wait', {ms: 30})]});
    const envelope = await (await held).json();
    assert.deepEqual([envelope.first, envelope.messages[0].id, envelope.received], [1, 1, 1]);
  });

  test('its answer acknowledges nothing: the same comes again until it is told', async () => {
    const {token} = await openPoll();
    await post(server, token, {first: 1, messages: [echo(1)]});
    for (let round = 0; round < 3; ++round) {
      const {first, messages} = await (await poll(server, 20, token, 0)).json();
      assert.deepEqual([first, messages.length], [1, 1]);
    }
    const {messages} = await (await poll(server, 0.01, token, 1)).json();
    assert.deepEqual(messages, []);
  });

  test('a newer one ends it', async () => {
    const {token} = await openPoll();
    const older = poll(server, 20, token, 0);
    await new Promise(resolve => setTimeout(resolve, 50));
    const newer = poll(server, 20, token, 0);
    assert.deepEqual((await (await older).json()).messages, []);
    await post(server, token, {first: 1, messages: [echo(1)]});
    assert.equal((await (await newer).json()).messages[0].id, 1);
  });

  test('poll=0 is answered at once and begins with session.resumed', async () => {
    const {token} = await openPoll();
    const {messages} = await (await poll(server, 0, token, 0)).json();
    assert.equal(messages[0].method, 'session.resumed');
    assert.equal(messages[0].params.recovered, true);
  });

  test('one that is late is 409, one from the future 400, one that is no number 400', async () => {
    const {token} = await openPoll();
    await post(server, token, {first: 1, messages: [echo(1)]});
    await (await poll(server, 5, token, 0)).json();
    await (await poll(server, 0.01, token, 1)).json();
    assert.equal((await poll(server, 5, token, 0)).status, 409);
    assert.equal((await poll(server, 0, token, 0)).status, 409);
    assert.equal((await poll(server, 5, token, 2)).status, 400);
    assert.equal((await poll(server, 5, token, 'x')).status, 400);
    assert.equal((await server.fetch('/rpc?poll=soon')).status, 400);
    assert.equal((await server.fetch('/rpc?poll=-1')).status, 400);
  });

  test('the client of a poll that is gone loses nothing', async () => {
    const {token} = await openPoll();
    const abort = new AbortController();
    const gone = server.fetch('/rpc?poll=20',
      {signal: abort.signal, headers: {'sidewire-session': token, 'sidewire-received': '0'}});
    gone.catch(() => {});
    await new Promise(resolve => setTimeout(resolve, 50));
    abort.abort();
    await post(server, token, {first: 1, messages: [echo(1)]});
    assert.equal((await (await poll(server, 5, token, 0)).json()).messages[0].id, 1);
  });
});

describe('the end', () => {
  test('DELETE ends a session: 202, its stream is told, afterwards it is no more', async () => {
    const {stream, token} = await openStream();
    const remove = () => server.fetch('/rpc', {method: 'DELETE', headers: {'sidewire-session': token}});
    assert.equal((await remove()).status, 202);
    assert.equal((await stream.message()).params.code, 1000);
    assert.equal((await stream.next()).type, 'end');
    assert.equal((await remove()).status, 404);
    const {messages} = await (await poll(server, 5, token, 0)).json();
    assert.deepEqual([messages[0].params.recovered, messages[0].params.reason], [false, 'expired']);
    assertFits('session-resumed', messages[0]);
  });

  test('session.end in an envelope does the same, for a poll that is held too', async () => {
    const {token} = await openPoll();
    const held = poll(server, 20, token, 0);
    await new Promise(resolve => setTimeout(resolve, 50));
    const ended = await post(server, token, {messages: [{jsonrpc: '2.0', method: 'session.end'}]});
    assert.equal(ended.status, 202);
    const {messages} = await (await held).json();
    assert.equal(messages[0].params.code, 1000);
    assert.equal((await post(server, token, {received: 0})).status, 404);
  });

  test('a server that ends says so: draining, the last answers, 1001', async () => {
    const other = await Server.start();
    const {stream, token} = await openStream(other);
    const {token: polled} = await openPoll(other);
    const held = poll(other, 20, polled, 0);
    for (const one of [token, polled]) {
      await post(other, one, {first: 1, messages: [call('w', 'system.wait', {ms: 300})]});
    }
    const stopped = other.stop();
    assert.equal((await stream.message()).method, 'session.draining');
    assert.equal((await stream.message()).id, 'w');
    assert.equal((await stream.message()).params.code, 1001);
    const {messages} = await (await held).json();
    assert.deepEqual(messages.map(({method, id}) => method ?? id), ['session.draining', 'w']);
    assert.equal(await stopped, 0);
  });
});

test('a session moves from WebSocket to poll to event stream and back, calls and subscription with it', async () => {
  const peer = await SessionPeer.open(server, {});
  const token = peer.started.params.resumeToken;
  peer.call('sub', 'topic.subscribe', {topic: 'metrics', since: 'new'});
  assert.equal((await peer.hears()).id, 'sub');
  peer.call('w', 'system.wait', {ms: 100});
  const {messages} = await (await poll(server, 0, token, 1)).json();
  assert.deepEqual([messages[0].params.recovered, messages[0].params.received], [true, 2]);
  const stream = await EventStream.open(server, {headers: {'sidewire-session': token, 'sidewire-received': '1'}});
  assert.equal((await stream.message()).params.recovered, true);
  const seen = [];
  while (!seen.includes('w') || !seen.includes('metrics.update')) {
    const message = await stream.message();
    if (message.number !== undefined) seen.push(message.method ?? message.id);
  }
  const back = await SessionPeer.open(server, {resumeToken: token, received: 1 + seen.length});
  assert.equal(back.started.params.recovered, true);
  back.call('after', 'rpc.ping');
  let answer;
  do { answer = await back.hears(); } while (answer.id !== 'after');
  back.breaks();
  stream.close();
});

describe('POST /rpc with Accept: text/event-stream', () => {
  const stream = body => EventStream.open({fetch: (path, options) => server.fetch(path, {...options, method: 'POST', body,
    headers: {...options.headers, 'content-type': 'application/json'}})});

  test('streams progress, then the response, then ends', async () => {
    const events = await stream(JSON.stringify(call('f', 'logs.follow', {service: 'none'})));
    assert.equal((await events.message()).id, 'f');
    assert.equal((await events.next()).type, 'end');
  });

  test('a batch is one event, a notification 204, bad JSON an event', async () => {
    const batch = await stream(JSON.stringify([echo(1), echo(2)]));
    assert.equal(JSON.parse((await batch.next()).data).length, 2);
    assert.equal((await stream(JSON.stringify({jsonrpc: '2.0', method: 'rpc.ping'}))).response.status, 204);
    assert.equal((await (await stream('{')).message()).error.code, -32700);
  });
});

describe('negotiation', () => {
  const negotiate = (of, offer) => of.fetch('/rpc/negotiate', {method: 'POST', body: offer && JSON.stringify(offer),
    headers: offer ? {'content-type': 'application/json'} : {}});

  test('answers all transports, the best first, and creates nothing', async () => {
    for (const offer of [undefined, {}]) {
      const answer = await (await negotiate(server, offer)).json();
      assertFits('negotiate-answer', answer);
      assert.deepEqual(answer.transports.map(({name}) => name), ['websocket', 'sse', 'poll', 'post']);
      assert.equal(answer.instance, server.ready.instance);
    }
  });

  test('what failed comes last', async () => {
    const offer = {failed: [{transport: 'websocket', reason: 'silent'}], transports: ['websocket', 'sse']};
    assertFits('negotiate-offer', offer);
    assert.equal((await (await negotiate(server, offer)).json()).transport, 'sse');
  });

  test('a bad offer is 400, another media type 415, GET 405, no token 401', async () => {
    assert.equal((await negotiate(server, {transports: 'all'})).status, 400);
    const other = await server.fetch('/rpc/negotiate', {method: 'POST', body: '{}'});
    assert.equal(other.status, 415);
    assert.equal((await server.fetch('/rpc/negotiate')).status, 405);
    assert.equal((await fetch(`${server.ready.url}/rpc/negotiate`, {method: 'POST'})).status, 401);
  });

  test('transports that are turned off are neither offered nor served', () =>
    withServer(['--transport', 'poll', '--transport', 'websocket'], async other => {
      const answer = await (await negotiate(other, {})).json();
      assert.deepEqual(answer.transports.map(({name}) => name), ['poll', 'websocket']);
      assert.equal((await EventStream.open(other)).response.status, 403);
      const posted = await other.fetch('/rpc', {method: 'POST', body: JSON.stringify(echo(1)),
        headers: {'content-type': 'application/json'}});
      assert.equal(posted.status, 403);
      assert.equal(await kindOf(posted), 'forbidden');
      const {token} = await openPoll(other);
      assert.equal((await post(other, token, {first: 1, messages: [echo(1)]})).status, 202);
    }));
});
