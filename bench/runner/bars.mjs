// What sidewire has to reach, each held against the medians of a run. `of`: the contestant, `sidewire` by default. What is
// held is its figure, or `against` another's the ratio, or `above` another's the difference.
import { throughFigures } from './intermediaries.mjs';

const megabyte = 1_000_000;
const clientPeers = ['rpc-websockets-client', 'socket.io-client', 'open-rpc-client'];
const ofClient = { of: 'sidewire-client' };

export const bars = [
  { question: '50x16', text: '50×16: at least 15 × rpc-websockets', figure: 'rate', against: 'rpc-websockets', atLeast: 15 },
  { question: '50x16', text: '50×16: server CPU a message at most 1.8 × raw-echo', figure: 'serverCpuNs', against: 'raw-echo', atMost: 1.8 },
  { question: '1x64', text: '1×64: server CPU a message at most 1.8 × raw-echo', figure: 'serverCpuNs', against: 'raw-echo', atMost: 1.8 },
  { question: '50x16', text: '50×16: a session costs under 15 % of CPU', of: 'sidewire-session', figure: 'serverCpuNs', against: 'sidewire', atMost: 1.15 },
  { question: '1x64', text: '1×64: a session costs under 15 % of CPU', of: 'sidewire-session', figure: 'serverCpuNs', against: 'sidewire', atMost: 1.15 },
  { question: 'round-trip', text: 'round trip: p50 at most 1.1 × raw-echo', figure: 'p50Us', against: 'raw-echo', atMost: 1.1 },
  { question: '1mib-echo', text: '1 MiB echo: at least 5 × rpc-websockets', figure: 'rate', against: 'rpc-websockets', atLeast: 5 },
  { question: 'idle-memory', text: 'idle connection: at most 1,000 bytes', figure: 'bytesPerConnection', atMost: 1000 },
  { question: 'start', text: 'start to ready line: under 10 ms', figure: 'readyMs', atMost: 10 },
  { question: 'start', text: 'idle resident memory: under 10 MB', figure: 'residentBytes', atMost: 10 * megabyte },
  { question: 'allocations', text: '50×16: no allocation per message', figure: 'text', atMost: 0.0005 },
  { question: 'allocations', text: '1×64: no allocation per message', figure: 'oneConnection', atMost: 0.0005 },
  { question: 'allocations', text: 'MessagePack: no allocation per message', figure: 'binary', atMost: 0.0005 },
  { question: 'fan-out-1000', text: 'fan-out to 1,000: at least 10 × socket.io', figure: 'rate', against: 'socket.io', atLeast: 10 },
  { question: 'fan-out-1000', text: 'fan-out to 1,000: at least 5 × ws-topics', figure: 'rate', against: 'ws-topics', atLeast: 5 },
  { question: 'session-memory', text: 'idle session with a subscription: under 2 KB', of: 'sidewire-session', figure: 'bytesPerConnection', atMost: 2000 },
  { question: 'metrics-delta', text: 'metrics as deltas: under 30 % of the bytes', figure: 'share', atMost: 0.3 },
  { question: 'stream-memory', text: '1,000 event streams: under 10 MB above as many WebSockets', of: 'sidewire-sse', figure: 'grownBytes', above: 'sidewire-session', atMost: 10 * megabyte },
  ...clientPeers.map((against) => ({ question: 'client-node-rate', text: `clients in Node: more calls/s than ${against}`, ...ofClient, figure: 'rate', against, atLeast: 1 })),
  ...clientPeers.map((against) => ({ question: 'client-node-round-trip', text: `clients in Node: a shorter round trip than ${against}`, ...ofClient, figure: 'p50Us', against, atMost: 1 })),
  ...throughFigures.filter(({ between }) => between !== undefined).map(({ title, figure }) => ({ question: 'intermediaries', text: `first answer, ${title}: within 1 s`, figure, atMost: 1000 })),
];

/** `value` is missing where the question was not asked. */
export function judge(bar, value) {
  const passed = bar.atLeast === undefined ? value <= bar.atMost : value >= bar.atLeast;
  return { text: bar.text, value, limit: bar.atLeast ?? bar.atMost, passed };
}
