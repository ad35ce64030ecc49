// The client through what real networks put between: told nothing, it calls and subscribes, and says over what and why.
// `./dev prove intermediaries` holds the times against their bounds.
import assert from 'node:assert/strict';
import {after, before, describe, test} from 'node:test';

import {intermediaries} from './support/intermediaries.mjs';
import {Server} from './support/server.mjs';
import {callThrough, subscribeThrough} from './support/through.mjs';

const expected = {
  'nginx that does not forward Upgrade': /over sse, since websocket: /,
  'nginx that buffers responses': /over poll, since websocket: .*; sse: /,
  'haproxy that cuts connections after 5 s': /over websocket/,
  'an HTTP/1.0 proxy': /over (sse|poll), since websocket: /,
  'a proxy that takes the upgrade and then forwards nothing': /over sse, since websocket: /,
};

let server;
before(async () => { server = await Server.start(['--metrics-interval', '0.2']); });
after(() => server?.stop());

for (const [name, start] of Object.entries(intermediaries)) {
  describe(name, () => {
    let between;
    before(async () => { between = await start(server.ready.url); });
    after(() => between?.stop());

    test('a call is answered', async () => {
      const {output, notes, code} = await callThrough(between.url, server.ready.token);
      assert.equal(code, 0, notes);
      assert.equal(output, '{"n":1}\n');
    });

    test('a subscription gets its events, and the transport is named with the reason', async () => {
      const {output, notes} = await subscribeThrough(between.url, server.ready.token, 3);
      assert.equal(JSON.parse(output.split('\n')[0]).method, 'metrics.update');
      assert.match(notes, expected[name]);
    });
  });
}

test('a subscription through haproxy survives its cuts', async () => {
  const quiet = await Server.start(['--metrics-interval', '7']);
  const between = await intermediaries['haproxy that cuts connections after 5 s'](quiet.ready.url);
  try {
    const {output, notes} = await subscribeThrough(between.url, quiet.ready.token, 3);
    const offsets = output.split('\n').filter(Boolean).map(line => JSON.parse(line).offset);
    assert.deepEqual(offsets, [offsets[0], offsets[0] + 1, offsets[0] + 2]);
    assert.match(notes, /reconnecting/);
  } finally {
    await between.stop();
    await quiet.stop();
  }
});
