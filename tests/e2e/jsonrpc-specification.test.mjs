// Every example of the JSON-RPC 2.0 specification, section 7, over every transport and format.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';

import {Server} from './support/server.mjs';
import {Socket} from './support/socket.mjs';

let server;
before(async () => { server = await Server.run('specification-server'); });
after(() => server?.stop());

const json = {
  name: 'JSON',
  type: 'application/json',
  encode: message => JSON.stringify(message),
  decode: bytes => JSON.parse(bytes),
  /** The examples' two texts that are no JSON. */
  broken: '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
  brokenBatch: `[
    {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
    {"jsonrpc": "2.0", "method"
  ]`,
};

const msgpack = {
  name: 'MessagePack',
  type: 'application/msgpack',
  encode: message => Buffer.from(encode(message)),
  decode: bytes => decode(bytes),
  /** The same, cut off. */
  broken: Buffer.from(encode({jsonrpc: '2.0', method: 'foobar', params: 'bar'})).subarray(0, -2),
  brokenBatch: Buffer.from(encode([{jsonrpc: '2.0', method: 'sum', params: [1, 2, 4], id: '1'},
    {jsonrpc: '2.0', method: 'sum'}])).subarray(0, -4),
};

/** Gives `use` a function from bytes to the answer, undefined where there is none. */
async function overWebSocket(format, use) {
  const socket = await Socket.open(server);
  const last = {jsonrpc: '2.0', method: 'get_data', id: 'last'};
  await use(async bytes => {
    const answers = [];
    socket.send(bytes);
    socket.send(format.encode(last));
    for (;;) {
      const {data, isBinary, closeCode} = await socket.next();
      assert.equal(closeCode, undefined);
      assert.equal(isBinary, format === msgpack);
      const answer = format.decode(data);
      if (answer.id === last.id) break;
      answers.push(answer);
    }
    assert.ok(answers.length <= 1);
    return answers[0];
  });
  await socket.close();
}

async function overPost(format, use) {
  await use(async bytes => {
    const response = await server.fetch('/rpc', {method: 'POST', body: bytes, headers: {'content-type': format.type}});
    const body = Buffer.from(await response.arrayBuffer());
    if (response.status === 204) return assert.equal(body.length, 0);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), format.type);
    return format.decode(body);
  });
}

/** What the specification fixes of an answer: an error's text and data are the server's own. */
function essence(answer) {
  if (answer === undefined || !('error' in answer)) return answer;
  assert.equal(typeof answer.error.message, 'string');
  return {...answer, error: {code: answer.error.code}};
}

const result = (id, value) => ({jsonrpc: '2.0', result: value, id});
const error = (id, code) => ({jsonrpc: '2.0', error: {code}, id});
const invalid = error(null, -32600);

const examples = [
  ['positional parameters', {method: 'subtract', params: [42, 23], id: 1}, result(1, 19)],
  ['positional parameters the other way round', {method: 'subtract', params: [23, 42], id: 2}, result(2, -19)],
  ['named parameters', {method: 'subtract', params: {subtrahend: 23, minuend: 42}, id: 3}, result(3, 19)],
  ['named parameters the other way round', {method: 'subtract', params: {minuend: 42, subtrahend: 23}, id: 4},
    result(4, 19)],
  ['a notification', {method: 'update', params: [1, 2, 3, 4, 5]}, undefined],
  ['a notification without parameters', {method: 'foobar'}, undefined],
  ['a method that does not exist', {method: 'foobar', id: '1'}, error('1', -32601)],
  ['an invalid request', {method: 1, params: 'bar'}, invalid],
].map(([name, message, expected]) => [name, {jsonrpc: '2.0', ...message}, expected]);

const batches = [
  ['an empty array', [], invalid],
  ['an invalid batch that is not empty', [1], [invalid]],
  ['an invalid batch', [1, 2, 3], [invalid, invalid, invalid]],
  ['a batch', [
    {jsonrpc: '2.0', method: 'sum', params: [1, 2, 4], id: '1'},
    {jsonrpc: '2.0', method: 'notify_hello', params: [7]},
    {jsonrpc: '2.0', method: 'subtract', params: [42, 23], id: '2'},
    {foo: 'boo'},
    {jsonrpc: '2.0', method: 'foo.get', params: {name: 'myself'}, id: '5'},
    {jsonrpc: '2.0', method: 'get_data', id: '9'},
  ], [result('1', 7), result('2', 19), invalid, error('5', -32601), result('9', ['hello', 5])]],
  ['a batch of notifications', [
    {jsonrpc: '2.0', method: 'notify_sum', params: [1, 2, 4]},
    {jsonrpc: '2.0', method: 'notify_hello', params: [7]},
  ], undefined],
];

const byId = (left, right) => String(left.id).localeCompare(String(right.id));

/** Answers to a batch come in any order. */
function assertAnswers(answer, expected, name) {
  if (!Array.isArray(expected)) return assert.deepEqual(essence(answer), expected, name);
  assert.ok(Array.isArray(answer), name);
  assert.deepEqual(answer.map(essence).sort(byId), [...expected].sort(byId), name);
}

for (const [place, over] of [['WebSocket', overWebSocket], ['POST', overPost]]) {
  for (const format of [json, msgpack]) {
    test(`every example over ${place} in ${format.name}`, () => over(format, async ask => {
      for (const [name, message, expected] of [...examples, ...batches]) {
        assertAnswers(await ask(format.encode(message)), expected, name);
      }
      assertAnswers(await ask(format.broken), error(null, -32700), 'a message that is broken');
      assertAnswers(await ask(format.brokenBatch), error(null, -32700), 'a batch that is broken');
    }));
  }
}
