// The questions about clients, from Node and from Chromium. Each client has its own server.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Site } from './browser.mjs';
import { measureBundle } from './bundle-size.mjs';
import { startCutter } from './cutter.mjs';
import { pinned, Server } from './server.mjs';

const run = promisify(execFile);
const program = fileURLToPath(new URL('../clients/in-node.mjs', import.meta.url));

async function inNode(setup, measurement) {
  const [command, ...rest] = pinned(setup.loadCore, [process.execPath, program, JSON.stringify(measurement)]);
  const { stdout } = await run(command, rest);
  return JSON.parse(stdout);
}

/** Runs `measure` with a fresh server, and a cutter before it where connections are to be cut. */
async function withServer(setup, contestant, extraArguments, { scenario, ...options }, measure) {
  const server = await Server.start(contestant, setup, { extraArguments });
  const cutter = scenario === 'reconnect' ? await startCutter(server.port) : undefined;
  try {
    return await measure({
      client: contestant.client,
      scenario,
      address: { port: cutter?.port ?? server.port, token: server.token, format: contestant.format },
      options: { ...options, cutUrl: cutter?.cutUrl, warmUpMs: setup.warmUpMs, durationMs: setup.durationMs },
    });
  } finally {
    cutter?.stop();
    await server.stop();
  }
}

const fromNode = (given) => (setup, contestant) =>
  withServer(setup, contestant, [], given, (measurement) => inNode(setup, measurement));

const fromChromium = (given) => async (setup, contestant) => {
  const site = await Site.open();
  try {
    const extraArguments = ['--allow-origin', site.origin]; // the peers ignore it
    return await withServer(setup, contestant, extraArguments, given, (measurement) => site.measure(measurement));
  } finally {
    site.stop();
  }
};

const inJson = ['sidewire-client', 'rpc-websockets-client', 'socket.io-client', 'open-rpc-client'];
const all = ['sidewire-client', 'sidewire-client-msgpack', 'rpc-websockets-client', 'socket.io-client', 'socket.io-client-msgpack', 'open-rpc-client'];

const latencyColumns = [
  { title: 'p50 µs', figure: 'p50Us', digits: 0 },
  { title: 'p99 µs', figure: 'p99Us', digits: 0 },
  { title: 'p50 × sidewire', figure: 'p50Us', against: 'sidewire-client', digits: 2 },
];
const rateColumns = [
  { title: 'calls/s', figure: 'rate', digits: 0 },
  { title: 'rate × sidewire', figure: 'rate', against: 'sidewire-client', digits: 2 },
  ...latencyColumns,
];

/**
 * The same questions in both environments; in Node the CPU time of the client's process is told too, and what bars hold
 * takes more rounds.
 */
const asked = [
  {
    what: 'rate',
    title: '16 calls in flight',
    asks: 'How many small calls a second one client makes.',
    leavesOut: 'Connecting. Client and server have a core each, and the slower one decides.',
    contestants: all,
    scenario: { scenario: 'rate', shape: 'small', inFlight: 16 },
    nodeRounds: 9,
    chart: { figure: 'rate', label: 'calls/s' },
    columns: rateColumns,
    hasCpu: true,
  },
  {
    what: 'round-trip',
    title: '1 call in flight',
    asks: 'How long a program waits that makes one call after another.',
    leavesOut: 'Connecting. Waking both processes is much of it, and the same for all.',
    contestants: all,
    scenario: { scenario: 'rate', shape: 'small', inFlight: 1 },
    nodeRounds: 9,
    chart: { figure: 'p50Us', label: 'p50, µs (less is better)' },
    columns: latencyColumns,
    hasCpu: true,
  },
  {
    what: '1mib-records',
    title: 'echo of 9,000 records, 1 MiB as JSON, 1 call in flight',
    asks: 'What a large result of many small values costs, encoded, sent both ways and decoded.',
    leavesOut: 'Results that no client sent before: the server has the params from this client.',
    contestants: all,
    scenario: { scenario: 'rate', shape: 'records of 1 MiB', inFlight: 1 },
    chart: { figure: 'rate', label: 'calls/s' },
    columns: rateColumns,
    hasCpu: true,
  },
  {
    what: '1mib-text',
    title: 'echo of one text of 1 MiB, 1 call in flight',
    asks: 'The same of one long text.',
    leavesOut: 'Text with escapes or beyond ASCII, which is slower for everybody.',
    contestants: all,
    scenario: { scenario: 'rate', shape: 'text of 1 MiB', inFlight: 1 },
    chart: { figure: 'rate', label: 'calls/s' },
    columns: rateColumns,
    hasCpu: true,
  },
  {
    what: 'first-answer',
    title: 'time to the first answer',
    asks: 'How long from making a client to the answer of its first call: one client after another, 50 of them.',
    leavesOut: 'Loading the program, TLS. sidewire authenticates and opens a session, which the others do not have.',
    contestants: inJson,
    scenario: { scenario: 'first-answer', times: 50 },
    columns: latencyColumns,
  },
  {
    what: 'reconnect',
    title: 'time to the next answer after a cut',
    asks: 'How long from cutting the connection to the answer of a call made when the client is back: 5 cuts a round.',
    leavesOut:
      'Calls in flight, which only sidewire keeps. Nearly all of it is the wait that each client chooses by default. ' +
      '@open-rpc/client-js does not come back.',
    contestants: inJson.filter((name) => name !== 'open-rpc-client'),
    scenario: { scenario: 'reconnect', times: 5 },
    rounds: 3,
    columns: latencyColumns,
  },
];

const cpuColumns = [
  { title: 'client CPU µs', figure: 'cpuUs', digits: 1 },
  { title: 'CPU × sidewire', figure: 'cpuUs', against: 'sidewire-client', digits: 2 },
];

function inEnvironment(environment, measure, { what, title, scenario, columns, hasCpu, nodeRounds, ...rest }) {
  const cpu = hasCpu && environment === 'Node' ? cpuColumns : [];
  return {
    ...rest,
    ...(environment === 'Node' && nodeRounds !== undefined ? { rounds: nodeRounds } : {}),
    name: `client-${environment.toLowerCase()}-${what}`,
    group: 'clients',
    title: `Clients in ${environment}: ${title}`,
    startsServer: true,
    measure: measure(scenario),
    columns: [...columns, ...cpu],
  };
}

export const clientQuestions = [
  ...asked.map((question) => inEnvironment('Node', fromNode, question)),
  ...asked.map((question) => inEnvironment('Chromium', fromChromium, question)),
  {
    name: 'client-size',
    group: 'clients',
    title: 'Clients: what a page loads',
    asks: 'How many bytes each client has, bundled by esbuild for browsers, minified, compressed by gzip.',
    leavesOut: 'What is imported when needed: of sidewire what speaks HTTP, and what finds out why nothing connects.',
    contestants: all,
    rounds: 1,
    startsServer: true,
    measure: measureBundle,
    chart: { figure: 'compressedBytes', label: 'bytes (less is better)' },
    columns: [
      { title: 'minified, bytes', figure: 'minifiedBytes', digits: 0 },
      { title: 'compressed, bytes', figure: 'compressedBytes', digits: 0 },
      { title: '× sidewire', figure: 'compressedBytes', against: 'sidewire-client', digits: 2 },
    ],
  },
];
