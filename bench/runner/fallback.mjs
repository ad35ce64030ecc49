// The questions about what stands in for WebSocket: event streams and long polls beside it, and the way there.
import { measureThrough, throughFigures } from './intermediaries.mjs';
import { load, towards } from './load.mjs';
import { declareTopics, fanOut } from './topics.mjs';

const listeners = ['sidewire-session', 'sidewire-sse', 'sidewire-poll', 'sidewire-topic-stream', 'node-sse'];

const fanOutQuestion = (name, connections, title) => ({
  name,
  title,
  asks:
    'How many deliveries a second one core makes over each transport, and how long a publication takes to each subscriber. ' +
    'Event streams acknowledge by a POST after 1,000 messages, polls by asking again, WebSocket sessions after 32.',
  leavesOut: "Connecting and subscribing; publishers, who have a WebSocket; proxies; a session in node-sse and in the topic's own stream.",
  contestants: listeners,
  prepare: declareTopics,
  measure: fanOut(connections),
  chart: { figure: 'rate', label: 'deliveries/s' },
  columns: [
    { title: 'deliveries/s', figure: 'rate', digits: 0 },
    { title: '× WebSocket', figure: 'rate', against: 'sidewire-session', digits: 2 },
    { title: '× node-sse', figure: 'rate', against: 'node-sse', digits: 2 },
    { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
    { title: 'CPU × WebSocket', figure: 'serverCpuNs', against: 'sidewire-session', digits: 2 },
    { title: 'p50 µs', figure: 'p50Us', digits: 0 },
    { title: 'p99 µs', figure: 'p99Us', digits: 0 },
    { title: 'server busy', figure: 'serverBusy', digits: 2 },
  ],
});

export const fallbackQuestions = [
  fanOutQuestion('stream-fan-out-100', 100, 'Fan-out to 100 event streams or polls, 16 publications in flight'),
  fanOutQuestion('stream-fan-out-1000', 1_000, 'Fan-out to 1,000 event streams or polls, 16 publications in flight'),
  {
    name: 'stream-memory',
    title: 'Memory of 1,000 subscribers by transport',
    asks: 'How much resident memory grows over 1,000 subscribers that acknowledged the answer to their subscription.',
    leavesOut: "The kernel's own memory for the sockets; what the first subscriber costs once.",
    contestants: listeners,
    prepare: declareTopics,
    measure: (setup, server) => load(setup, 'idle', { ...towards(server), connections: 1_000, topic: 'fan' }),
    chart: { figure: 'grownBytes', label: 'bytes (less is better)' },
    columns: [
      { title: 'grown, bytes', figure: 'grownBytes', digits: 0 },
      { title: 'bytes a subscriber', figure: 'bytesPerConnection', digits: 0 },
      { title: 'resident after, bytes', figure: 'residentBytesAfter', digits: 0 },
    ],
  },
  {
    name: 'first-answer',
    title: 'Time to the first answer by transport',
    asks: 'How long from connecting to the answer of the first call: one client after another, 200 of them.',
    leavesOut: 'Negotiation, TLS, starting a client. A session over HTTP connects twice, down and up.',
    contestants: ['sidewire', 'sidewire-session', 'sidewire-sse', 'sidewire-poll', 'sidewire-post', 'ws', 'node-http', 'httplib'],
    measure: (setup, server) => load(setup, 'first-answer', { ...towards(server), times: 200 }),
    chart: { figure: 'p50Us', label: 'p50, µs (less is better)' },
    columns: [
      { title: 'p50 µs', figure: 'p50Us', digits: 0 },
      { title: 'p99 µs', figure: 'p99Us', digits: 0 },
      { title: 'p50 × WebSocket session', figure: 'p50Us', against: 'sidewire-session', digits: 2 },
      { title: 'server CPU ns', figure: 'serverCpuNs', digits: 0 },
    ],
  },
  {
    name: 'intermediaries',
    title: 'Time to the first answer through what stands between',
    asks: 'How long `sidewire-cli call` takes, told nothing, from its start to its answer: ms, the median of three calls.',
    leavesOut: 'Ending the program; what one that goes on running would remember of the failures.',
    contestants: ['sidewire'],
    measure: measureThrough,
    columns: throughFigures.map(({ title, figure }) => ({ title, figure, digits: 0 })),
  },
];
