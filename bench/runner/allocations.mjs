// Counts a server's allocations by a preloaded library that keeps its count in a mapped file.
import { rmSync } from 'node:fs';
import { load, towards } from './load.mjs';
import { Server } from './server.mjs';

const shapes = {
  text: { transport: 'websocket-text', connections: 50, inFlight: 16 },
  oneConnection: { transport: 'websocket-text', connections: 1, inFlight: 64 },
  session: { transport: 'websocket-text', dialect: 'session', connections: 50, inFlight: 16 },
  binary: { transport: 'websocket-binary', connections: 50, inFlight: 16 },
  post: { transport: 'post', connections: 50, inFlight: 1 },
};

/** Which of the shapes above each contestant serves; the raw echo shows what counting nothing gives. */
const served = {
  'raw-echo': ['text', 'oneConnection'],
  sidewire: ['text', 'oneConnection', 'session', 'binary', 'post'],
  'beast-websocket': ['text', 'oneConnection'],
};

/** Allocations a message of a fresh server, by shape. */
export async function countAllocations(setup, contestant) {
  const counter = `${setup.output}/allocation-count`;
  const result = {};
  for (const name of served[contestant.name]) {
    rmSync(counter, { force: true });
    const server = await Server.start(contestant, setup, {
      environment: {
        LD_PRELOAD: `${setup.build}/liballocation-count.so`,
        SIDEWIRE_ALLOCATION_COUNT_FILE: counter,
      },
    });
    try {
      const measured = await load(setup, 'rate', {
        ...towards(server),
        ...shapes[name],
        transport: contestant.transport === 'raw' ? 'raw' : shapes[name].transport,
        warmUpMs: setup.warmUpMs,
        durationMs: setup.durationMs,
        allocationCounter: counter,
      });
      result[name] = measured.allocations / measured.answers;
    } finally {
      await server.stop();
    }
  }
  rmSync(counter, { force: true });
  return result;
}
