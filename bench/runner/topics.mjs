// The questions about sessions and topics, and the configuration that sidewire answers them with.
import { writeFileSync } from 'node:fs';
import { compareDeltas } from './deltas.mjs';
import { load, towards } from './load.mjs';

/** Writes what declares the topic `fan`; returns the server's arguments for it, which the peers ignore. */
export function declareTopics({ output }) {
  writeFileSync(
    `${output}/topics.toml`,
    `[limits]
max-connections = 20000
heartbeat = 600                # nobody is asked for signs of life, as with the peers

[[topic]]
name = "fan"
events = ["fan.out"]
publish = ""
`,
  );
  return ['--config', `${output}/topics.toml`];
}

export const fanOut = (connections) => (setup, server) =>
  load(setup, 'fan-out', {
    ...towards(server),
    connections,
    topic: 'fan',
    inFlight: 16,
    textBytes: 64,
    waiting: 'spinning',
    warmUpMs: setup.warmUpMs,
    durationMs: setup.durationMs,
  });

const fanOutQuestion = (name, connections, title) => ({
  name,
  title,
  asks: 'How many deliveries a second one core makes, and how long a publication takes to each subscriber.',
  leavesOut: 'Connecting and subscribing; answers to publishers, who ask for none; recovery, which only sidewire has.',
  contestants: ['sidewire', 'sidewire-session', 'ws-topics', 'socket.io'],
  prepare: declareTopics,
  measure: fanOut(connections),
  chart: { figure: 'rate', label: 'deliveries/s' },
  columns: [
    { title: 'deliveries/s', figure: 'rate', digits: 0 },
    { title: 'publications/s', figure: 'publicationRate', digits: 0 },
    { title: '× ws-topics', figure: 'rate', against: 'ws-topics', digits: 2 },
    { title: '× socket.io', figure: 'rate', against: 'socket.io', digits: 2 },
    { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
    { title: 'p50 µs', figure: 'p50Us', digits: 0 },
    { title: 'p99 µs', figure: 'p99Us', digits: 0 },
    { title: 'server busy', figure: 'serverBusy', digits: 2 },
  ],
});

export const topicQuestions = [
  fanOutQuestion('fan-out-1000', 1_000, 'Fan-out to 1,000 subscribers, 16 publications in flight'),
  fanOutQuestion('fan-out-10000', 10_000, 'Fan-out to 10,000 subscribers, 16 publications in flight'),
  fanOutQuestion('fan-out-100', 100, 'Publications at 100 subscribers, 16 in flight'),
  {
    name: 'resume',
    title: 'Resume of a session with 100 missed messages',
    asks: 'How long from connecting until the last missed message is there.',
    leavesOut: 'Noticing that the connection broke; TLS.',
    contestants: ['sidewire-session'],
    measure: (setup, server) => load(setup, 'resume', { ...towards(server), times: 300, missed: 100 }),
    columns: [
      { title: 'p50 µs', figure: 'p50Us', digits: 0 },
      { title: 'p99 µs', figure: 'p99Us', digits: 0 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
    ],
  },
  {
    name: 'session-memory',
    title: 'Memory of an idle session with a subscription, 5,000 of them',
    asks: 'How much resident memory grows for each session that subscribed to a topic and acknowledged the answer.',
    leavesOut: "The kernel's own memory for the sockets; what the first session costs once.",
    contestants: ['sidewire', 'sidewire-session', 'ws-topics', 'socket.io'],
    prepare: declareTopics,
    measure: (setup, server) => load(setup, 'idle', { ...towards(server), connections: 5_000, topic: 'fan' }),
    chart: { figure: 'bytesPerConnection', label: 'bytes (less is better)' },
    columns: [
      { title: 'bytes a subscriber', figure: 'bytesPerConnection', digits: 0 },
      { title: 'resident after, bytes', figure: 'residentBytesAfter', digits: 0 },
    ],
  },
  {
    name: 'metrics-delta',
    title: 'The topic metrics for a minute: merge patches against whole states',
    asks: 'How many bytes of params a subscriber with deltas gets, of those that one without gets.',
    leavesOut: 'Framing; compression. Every patched state is held against the whole one.',
    contestants: ['sidewire'],
    rounds: 1,
    measure: compareDeltas,
    columns: [
      { title: 'publications', figure: 'publications', digits: 0 },
      { title: 'whole, bytes', figure: 'wholeBytes', digits: 0 },
      { title: 'patches, bytes', figure: 'deltaBytes', digits: 0 },
      { title: 'share', figure: 'share', digits: 3 },
    ],
  },
];
