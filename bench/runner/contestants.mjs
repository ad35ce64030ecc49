// Who takes part. `transport`, `dialect` and `path` are what the load generator speaks with them. All answer
// `system.echo`, but for those with topics alone.
import { fileURLToPath } from 'node:url';

const peer = (name) => [process.execPath, fileURLToPath(new URL(`../peers/${name}`, import.meta.url))];

export function contestants({ build }) {
  const sidewire = [`${build}/sidewire`, '--port', '0'];
  return {
    'raw-echo': {
      about: 'TCP echo without any protocol: what the kernel alone costs',
      command: [`${build}/bench-raw-echo`],
      transport: 'raw',
    },
    sidewire: {
      about: 'JSON in text frames, token mode',
      command: sidewire,
      transport: 'websocket-text',
    },
    'sidewire-session': {
      about: 'the same server, with a session',
      command: sidewire,
      transport: 'websocket-text',
      dialect: 'session',
    },
    'sidewire-msgpack': {
      about: 'the same server, MessagePack in binary frames',
      command: sidewire,
      transport: 'websocket-binary',
    },
    'beast-websocket': {
      about: "boost::beast::websocket::stream with sidewire's JSON core, one write a message",
      command: [`${build}/bench-beast-websocket`],
      transport: 'websocket-text',
    },
    ws: {
      about: "Node's ws and http with JSON.parse and JSON.stringify",
      command: peer('ws.mjs'),
      transport: 'websocket-text',
    },
    'rpc-websockets': {
      about: 'rpc-websockets from npm',
      command: peer('rpc-websockets.mjs'),
      transport: 'websocket-text',
    },
    'ws-topics': {
      about: "topics over Node's ws",
      command: peer('ws-topics.mjs'),
      transport: 'websocket-text',
    },
    'socket.io': {
      about: 'a room of socket.io from npm',
      command: peer('socket-io.mjs'),
      transport: 'websocket-text',
      dialect: 'socket.io',
      path: '/socket.io/?EIO=4&transport=websocket',
    },
  };
}
