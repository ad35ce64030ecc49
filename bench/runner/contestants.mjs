// Who takes part. `transport` is what the load generator speaks with them; all answer `system.echo`.
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
  };
}
