// What is asked. Each question says what it counts and leaves out; `columns` are what is printed: a
// figure of the load generator, or its ratio to another contestant's in the same round. `rounds`: how many it takes,
// whatever the run's are.
import { clientQuestions } from './clients.mjs';
import { fallbackQuestions } from './fallback.mjs';
import { load, towards } from './load.mjs';
import { countAllocations } from './allocations.mjs';
import { logEntryCount, writeLogs } from './logs.mjs';
import { topicQuestions } from './topics.mjs';

const everybody = ['raw-echo', 'sidewire', 'beast-websocket', 'ws', 'rpc-websockets'];

const rateColumns = [
  { title: 'calls/s', figure: 'rate', digits: 0 },
  { title: '× rpc-websockets', figure: 'rate', against: 'rpc-websockets', digits: 2 },
  { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
  { title: 'CPU × raw-echo', figure: 'serverCpuNs', against: 'raw-echo', digits: 2 },
  { title: 'CPU × sidewire', figure: 'serverCpuNs', against: 'sidewire', digits: 2 },
  { title: 'p50 µs', figure: 'p50Us', digits: 1 },
  { title: 'p99 µs', figure: 'p99Us', digits: 1 },
];

/**
 * Calls in a closed loop; `shape` is passed to the load generator. One connection is one client, which sleeps until its
 * answer wakes it. Many connections are as many clients on one thread: it spins, since otherwise a server would pay for
 * waking it the more often the slower it is itself.
 */
const rate = (shape) => (setup, server) =>
  load(setup, 'rate', {
    ...towards(server),
    ...shape,
    waiting: shape.connections > 1 ? 'spinning' : 'asleep',
    warmUpMs: setup.warmUpMs,
    durationMs: setup.durationMs,
  });

export const questions = [
  {
    name: 'round-trip',
    title: 'Round trip: 1 connection, 1 call in flight',
    asks: 'How long a caller waits who makes one call after another.',
    leavesOut: 'Connecting. Both sides sleep while they wait, so waking up is most of it.',
    contestants: everybody,
    measure: rate({ connections: 1, inFlight: 1 }),
    chart: { figure: 'p50Us', label: 'p50, µs (less is better)' },
    columns: [
      { title: 'p50 µs', figure: 'p50Us', digits: 1 },
      { title: 'p50 × raw-echo', figure: 'p50Us', against: 'raw-echo', digits: 2 },
      { title: 'p99 µs', figure: 'p99Us', digits: 1 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
    ],
  },
  {
    name: '50x16',
    title: '50 connections × 16 calls in flight',
    asks: 'How many small calls a second one core serves, and what each costs it.',
    leavesOut: 'Connecting. Rates of a server that is not busy are those of the load.',
    contestants: ['raw-echo', 'sidewire', 'sidewire-session', 'sidewire-msgpack', ...everybody.slice(2)],
    measure: rate({ connections: 50, inFlight: 16 }),
    chart: { figure: 'rate', label: 'calls/s' },
    columns: rateColumns,
  },
  {
    name: '1x64',
    title: '1 connection × 64 calls in flight',
    asks: 'The same for one busy client, as a sidecar has.',
    leavesOut: 'Connecting. Client and server take turns and sleep in between, so that no rate here is a full core.',
    contestants: ['raw-echo', 'sidewire', 'sidewire-session', 'sidewire-msgpack', ...everybody.slice(2)],
    measure: rate({ connections: 1, inFlight: 64 }),
    chart: { figure: 'rate', label: 'calls/s' },
    columns: rateColumns,
  },
  {
    name: '1mib-echo',
    title: 'Echo of a text of 1 MiB: 4 connections × 1 call in flight',
    asks: 'What large messages cost: masking, UTF-8, parsing, copying.',
    leavesOut: 'Text with escapes: it is printable ASCII, the easiest for everybody.',
    contestants: everybody,
    measure: rate({ connections: 4, inFlight: 1, textBytes: 1024 * 1024 }),
    chart: { figure: 'rate', label: 'echoes/s' },
    columns: rateColumns,
  },
  {
    name: 'post',
    title: 'POST and REST: 50 connections × 1 call in flight',
    asks: 'How many calls a second over plain HTTP with keep-alive: JSON-RPC by POST, and methods as paths.',
    leavesOut: 'Connecting, pipelining. rest-get asks for system.info, whose answer is three times as long as the others.',
    contestants: ['sidewire-post', 'sidewire-rest-post', 'sidewire-rest-get', 'node-http', 'httplib'],
    measure: rate({ connections: 50 }),
    chart: { figure: 'rate', label: 'calls/s' },
    columns: [
      { title: 'calls/s', figure: 'rate', digits: 0 },
      { title: '× node-http', figure: 'rate', against: 'node-http', digits: 2 },
      { title: '× httplib', figure: 'rate', against: 'httplib', digits: 2 },
      { title: 'CPU × sidewire-post', figure: 'serverCpuNs', against: 'sidewire-post', digits: 2 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
      { title: 'p50 µs', figure: 'p50Us', digits: 1 },
      { title: 'p99 µs', figure: 'p99Us', digits: 1 },
    ],
  },
  {
    name: 'connects',
    title: 'Connections a second, 16 at a time',
    asks: 'How fast clients come and go: connect, upgrade, one call, close handshake, end.',
    leavesOut: 'TLS. raw-echo makes no upgrade and no close handshake.',
    contestants: everybody,
    measure: (setup, server) =>
      load(setup, 'connects', {
        ...towards(server),
        connections: 16,
        warmUpMs: setup.warmUpMs,
        durationMs: setup.durationMs,
      }),
    chart: { figure: 'rate', label: 'connections/s' },
    columns: [
      { title: 'connections/s', figure: 'rate', digits: 0 },
      { title: '× rpc-websockets', figure: 'rate', against: 'rpc-websockets', digits: 2 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
      { title: 'p50 µs', figure: 'p50Us', digits: 1 },
    ],
  },
  {
    name: 'idle-memory',
    title: 'Memory of an idle connection, 10,000 of them',
    asks: 'How much resident memory grows for each connection that made one call.',
    leavesOut: "The kernel's own memory for the sockets; what the first connection costs once.",
    contestants: everybody,
    measure: (setup, server) => load(setup, 'idle', { ...towards(server), connections: 10_000 }),
    chart: { figure: 'bytesPerConnection', label: 'bytes (less is better)' },
    columns: [
      { title: 'bytes a connection', figure: 'bytesPerConnection', digits: 0 },
      { title: 'resident after, bytes', figure: 'residentBytesAfter', digits: 0 },
    ],
  },
  {
    name: 'start',
    title: 'Start to ready line, and memory then',
    asks: 'How long an application waits for its sidecar, and what it costs doing nothing.',
    leavesOut: 'A cold disk: the files are in the page cache.',
    contestants: ['raw-echo', 'sidewire', 'ws', 'rpc-websockets'],
    startsServer: true,
    measure: (setup, contestant) =>
      load(setup, 'start', { times: 20, serverCore: setup.serverCore }, contestant.command),
    chart: { figure: 'readyMs', label: 'ms (less is better)' },
    columns: [
      { title: 'ready ms', figure: 'readyMs', digits: 2 },
      { title: 'worst ms', figure: 'readyMsWorst', digits: 2 },
      { title: 'resident bytes', figure: 'residentBytes', digits: 0 },
    ],
  },
  {
    name: 'log-entries',
    title: '50,000 log entries by logs.getLarge: JSON against MessagePack',
    asks: 'What the hybrid binary frame saves over a text frame with the same payload in base64.',
    leavesOut: "Decoding in the client. Both read the same file of JSON lines, which is most of the server's work.",
    contestants: ['sidewire', 'sidewire-msgpack'],
    prepare: writeLogs,
    measure: rate({ method: 'logs.getLarge', logsService: 'bench', logsLimit: logEntryCount }),
    chart: { figure: 'answerBytes', label: 'bytes of the answer (less is better)' },
    columns: [
      { title: 'bytes', figure: 'answerBytes', digits: 0 },
      { title: 'bytes × JSON', figure: 'answerBytes', against: 'sidewire', digits: 2 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
      { title: 'CPU × JSON', figure: 'serverCpuNs', against: 'sidewire', digits: 2 },
      { title: 'p50 µs', figure: 'p50Us', digits: 0 },
    ],
  },
  {
    name: 'allocations',
    title: 'Allocations a message, after warm-up',
    asks: 'Whether the echo path allocates in its steady state.',
    leavesOut: 'Memory of the kernel and mmap; Node, whose heap is not malloc.',
    contestants: ['raw-echo', 'sidewire', 'beast-websocket'],
    startsServer: true,
    measure: countAllocations,
    columns: [
      { title: '50×16, text', figure: 'text', digits: 4 },
      { title: '1×64, text', figure: 'oneConnection', digits: 4 },
      { title: '50×16, session', figure: 'session', digits: 4 },
      { title: 'MessagePack', figure: 'binary', digits: 4 },
      { title: 'POST', figure: 'post', digits: 4 },
    ],
  },
  ...topicQuestions,
  ...fallbackQuestions,
  ...clientQuestions,
];
