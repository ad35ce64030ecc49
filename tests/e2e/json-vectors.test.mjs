// JSONTestSuite: what is no JSON is -32700 and nothing else, what is JSON never, and the connection lives on.
import assert from 'node:assert/strict';
import {isUtf8} from 'node:buffer';
import {readdirSync, readFileSync} from 'node:fs';
import {after, before, test} from 'node:test';

import {Server} from './support/server.mjs';
import {Socket} from './support/socket.mjs';

const folder = new URL('../data/JSONTestSuite/test_parsing/', import.meta.url);
const files = readdirSync(folder).sort().map(name => ({name, bytes: readFileSync(new URL(encodeURIComponent(name), folder))}));
const refused = files.filter(({name}) => name.startsWith('n_'));
const accepted = files.filter(({name}) => name.startsWith('y_'));
/** Of the files that a parser may take or refuse, those that have a value here. */
const tolerated = ['i_number_double_huge_neg_exp.json', 'i_number_real_underflow.json'];
const judged = files.filter(({name}) => name.startsWith('i_'));

let server;
before(async () => { server = await Server.start(); });
after(() => server?.stop());

const alive = '{"jsonrpc":"2.0","id":"alive","method":"system.echo"}';

/** What a message is answered with: parsed texts; `{closeCode}` where it ends the connection. */
class WebSocketText {
  #socket;

  async answers(bytes) {
    this.#socket ??= await Socket.open(server);
    this.#socket.send(bytes, false);
    this.#socket.send(alive);
    for (const received = []; ;) {
      const {data, closeCode} = await this.#socket.next();
      if (closeCode !== undefined) {
        this.#socket = undefined;
        return [...received, {closeCode}];
      }
      const answer = JSON.parse(data);
      if (answer.id === 'alive') return received;
      received.push(answer);
    }
  }

  close() { return this.#socket?.close(); }
}

const post = {
  async answers(bytes) {
    const response = await server.fetch('/rpc',
      {method: 'POST', body: bytes, headers: {'content-type': 'application/json'}});
    assert.equal(response.status, 200);
    assert.notEqual(response.headers.get('connection'), 'close');
    return [await response.json()];
  },
  close() {},
};

const codesOf = answers => answers.flat().map(answer => answer.error?.code ?? answer);

/** A wrapper around a file, so that only the file decides whether the whole is valid. */
const echoOf = bytes => Buffer.concat([
  Buffer.from('{"jsonrpc":"2.0","id":1,"method":"system.echo","params":['), bytes, Buffer.from(']}')]);

for (const [name, make] of [['WebSocket text', () => new WebSocketText()], ['POST', () => post]]) {
  test(`over ${name}, every file that is no JSON is -32700`, async () => {
    const transport = make();
    for (const file of refused) {
      const closes = name === 'WebSocket text' && !isUtf8(file.bytes);
      assert.deepEqual(codesOf(await transport.answers(file.bytes)), [closes ? {closeCode: 1007} : -32700], file.name);
    }
    await transport.close();
  });

  test(`over ${name}, every file that is JSON is an invalid request, never -32700`, async () => {
    const transport = make();
    for (const file of accepted) {
      const codes = codesOf(await transport.answers(file.bytes));
      assert.ok(codes.length > 0, file.name);
      assert.deepEqual(new Set(codes), new Set([-32600]), file.name);
    }
    await transport.close();
  });

  test(`over ${name}, every value survives an echo, or is refused where it has no exact meaning`, async () => {
    const transport = make();
    for (const file of [...accepted, ...judged]) {
      const [answer] = await transport.answers(echoOf(file.bytes));
      if (file.name.startsWith('y_') || tolerated.includes(file.name)) {
        assert.deepEqual(answer.result, [JSON.parse(file.bytes)], file.name);
      } else if (name === 'WebSocket text' && !isUtf8(file.bytes)) {
        assert.deepEqual(answer, {closeCode: 1007}, file.name);
      } else {
        assert.equal(answer.error?.code, -32700, file.name);
      }
    }
    await transport.close();
  });
}

test('the suite is there', () => {
  assert.deepEqual([refused.length, accepted.length, judged.length], [188, 95, 35]);
});
