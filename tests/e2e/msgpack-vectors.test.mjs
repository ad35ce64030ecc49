// msgpack-test-suite: every encoding of every value survives an echo byte for byte; what has no meaning in JSON is -32700.
import {decode, encode} from '@msgpack/msgpack';
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';

import {Server} from './support/server.mjs';
import {Socket} from './support/socket.mjs';

const suite = JSON.parse(readFileSync(new URL('../data/msgpack-test-suite/msgpack-test-suite.json', import.meta.url)));
/** Extension types, timestamps among them. */
const withoutMeaning = ['50.timestamp.yaml', '60.ext.yaml'];

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const encodingsOf = group => suite[group].flatMap(({msgpack}) => msgpack)
  .map(text => Buffer.from(text.replaceAll('-', ''), 'hex'));

const fixmap = size => 0x80 | size;
const fixarray = size => 0x90 | size;

/** A map whose last member's value is an array of one, the vector, as it is. */
function message(head, last, vector) {
  const members = Object.entries(head).flat().concat(last).map(value => encode(value));
  return Buffer.concat([Buffer.of(fixmap(Object.keys(head).length + 1)), ...members, Buffer.of(fixarray(1)), vector]);
}

const callOf = vector => message({jsonrpc: '2.0', id: 1, method: 'system.echo'}, 'params', vector);
const answerOf = vector => message({jsonrpc: '2.0', id: 1}, 'result', vector);

async function post(bytes) {
  const response = await server.fetch('/rpc',
    {method: 'POST', body: bytes, headers: {'content-type': 'application/msgpack'}});
  assert.equal(response.headers.get('content-type'), 'application/msgpack');
  return Buffer.from(await response.arrayBuffer());
}

async function check(ask) {
  for (const group of Object.keys(suite)) {
    for (const vector of encodingsOf(group)) {
      const answer = await ask(callOf(vector));
      const name = `${group} ${vector.toString('hex')}`;
      if (withoutMeaning.includes(group)) {
        assert.equal(decode(answer).error?.code, -32700, name);
      } else {
        assert.equal(answer.toString('hex'), answerOf(vector).toString('hex'), name);
      }
    }
  }
}

test('over WebSocket binary', async () => {
  const socket = await Socket.open(server);
  await check(async bytes => {
    socket.send(bytes);
    const {data, isBinary} = await socket.next();
    assert.ok(isBinary);
    return data;
  });
  await socket.close();
});

test('over POST', () => check(post));

test('the suite is there', () => {
  for (const group of withoutMeaning) assert.ok(encodingsOf(group).length > 0, group);
  assert.equal(Object.keys(suite).length, 15);
});
