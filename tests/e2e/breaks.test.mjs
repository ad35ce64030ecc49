// Connections that are killed at random, over real sockets. `./dev prove breaks` does the same ten thousand times.
import assert from 'node:assert/strict';
import {test} from 'node:test';

import {allTransports, BreakingClient, cutsOf} from './support/breaking_client.mjs';
import {Server} from './support/server.mjs';

for (const threads of [1, 2]) {
  // The contract of every transport, alone and with moves between them.
  for (const transports of [...allTransports.map(one => [one]), allTransports]) {
    test(`whatever breaks on ${transports.join(', ')}, calls run and are answered once, in order, with ${threads} threads`,
      async () => {
        const server = await Server.run('session-server', [String(threads)]);
        const clients = Array.from({length: 6}, (_, index) =>
          new BreakingClient(server, `client-${index}`, index, cutsOf(60, index * 15), transports));
        try {
          await Promise.all(clients.map(client => client.run()));
        } finally {
          for (const client of clients) client.stop();
          await server.stop();
        }
        const sum = what => clients.reduce((all, client) => all + client[what], 0);
        assert.ok(sum('breakCount') >= 300, `${sum('breakCount')} breaks`);
        if (transports.length > 1) assert.ok(sum('moveCount') >= 100, `${sum('moveCount')} moves`);
      });
  }
}
