// Connections that are killed at random, over real sockets. `./dev prove breaks` does the same ten thousand times.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {BreakingClient, cutsOf} from './support/breaking_client.mjs';
import {Server} from './support/server.mjs';

for (const threads of [1, 2]) {
  test(`whatever breaks, calls run and are answered once, in order, with ${threads} threads`, async () => {
    const server = await Server.run('session-server', [String(threads)]);
    const clients = Array.from({length: 6}, (_, index) =>
      new BreakingClient(server, `client-${index}`, index, cutsOf(60, index * 15)));
    try {
      await Promise.all(clients.map(client => client.run()));
    } finally {
      for (const client of clients) client.stop();
      await server.stop();
    }
    const breaks = clients.reduce((sum, client) => sum + client.breakCount, 0);
    assert.ok(breaks >= 300, `${breaks} breaks`);
  });
}
