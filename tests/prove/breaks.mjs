// Ten thousand broken connections: `./dev prove breaks [BREAKS] [SEED]`. Clients with calls, notifications, publications
// and requests of the server under way kill their connections after every number of messages from 0 to 200 and after any
// number of bytes, in either direction. Each call must run once and be answered once, in order, and each message arrive
// once. Then the same while each connection takes another transport.
import assert from 'node:assert/strict';

import {allTransports, BreakingClient, cutsOf} from '../e2e/support/breaking_client.mjs';
import {Server} from '../e2e/support/server.mjs';

const [breaks = 10_000, firstSeed = 1] = process.argv.slice(2).map(Number);
const clientCount = 16;
const cutsEach = Math.ceil(breaks / 2 / clientCount);

for (const [threads, transports] of [1, 2].flatMap(count => [[count, ['websocket']], [count, allTransports]])) {
  const server = await Server.run('session-server', [String(threads)]);
  const began = performance.now();
  const clients = Array.from({length: clientCount}, (_, index) => {
    const seed = firstSeed + index;
    return new BreakingClient(server, `client-${index}`, seed, cutsOf(cutsEach, seed), transports);
  });
  try {
    await Promise.all(clients.map(client => client.run()));
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
  const sum = what => clients.reduce((all, client) => all + client[what], 0);
  assert.ok(sum('breakCount') >= breaks / 2);
  console.log(`${threads} threads, ${transports.join(', ')}: ${sum('breakCount')} breaks, ${sum('moveCount')} of them ` +
    `moves, ${sum('callCount')} calls, ${sum('toldCount')} notifications, ${sum('publishedCount')} publications, ` +
    `${sum('askedCount')} requests of the server: ` +
    `none lost, repeated or out of order (${((performance.now() - began) / 1000).toFixed(1)} s)`);
}
