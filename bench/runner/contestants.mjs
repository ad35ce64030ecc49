// Who takes part. `transport`, `dialect` and `path` are what the load generator speaks with them. All answer
// `system.echo`, but for those with topics alone. Of those that are measured together with their own client, `client` is
// its adapter in ../clients/adapters, and `format` what it is told to speak.
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
    'sidewire-sse': {
      about: 'the same server, a session on an event stream, messages up by POST',
      command: sidewire,
      transport: 'sse',
      dialect: 'session',
    },
    'sidewire-poll': {
      about: 'the same server, a session by long polls',
      command: sidewire,
      transport: 'poll',
      dialect: 'session',
    },
    'sidewire-topic-stream': {
      about: "the same server, a topic's own event stream, without a session",
      command: sidewire,
      transport: 'sse',
      path: '/api/v1/stream/fan',
    },
    'sidewire-post': {
      about: 'the same server, JSON-RPC by POST',
      command: sidewire,
      transport: 'post',
    },
    'sidewire-rest-post': {
      about: 'the same server, POST /api/v1/system/echo',
      command: sidewire,
      transport: 'rest-post',
      path: '/api/v1/system/echo',
    },
    'sidewire-rest-get': {
      about: 'the same server, GET /api/v1/system/info',
      command: sidewire,
      transport: 'rest-get',
      path: '/api/v1/system/info',
    },
    'beast-websocket': {
      about: "boost::beast::websocket::stream with sidewire's JSON core, one write a message",
      command: [`${build}/bench-beast-websocket`],
      transport: 'websocket-text',
    },
    httplib: {
      about: "cpp-httplib's server with sidewire's JSON core, JSON-RPC by POST",
      command: [`${build}/bench-httplib-post`],
      transport: 'post',
    },
    ws: {
      about: "Node's ws and http with JSON.parse and JSON.stringify",
      command: peer('ws.mjs'),
      transport: 'websocket-text',
    },
    'node-http': {
      about: "the http of the same program, JSON-RPC by POST",
      command: peer('ws.mjs'),
      transport: 'post',
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
    'node-sse': {
      about: "topics as event streams over Node's http",
      command: peer('node-sse.mjs'),
      transport: 'sse',
      path: '/stream/fan',
    },
    'socket.io': {
      about: 'a room of socket.io from npm',
      command: peer('socket-io.mjs'),
      transport: 'websocket-text',
      dialect: 'socket.io',
      path: '/socket.io/?EIO=4&transport=websocket',
    },
    'sidewire-client': {
      about: 'clients/typescript, JSON',
      command: sidewire,
      client: 'sidewire',
    },
    'sidewire-client-msgpack': {
      about: 'the same, MessagePack both ways',
      command: sidewire,
      client: 'sidewire',
      format: 'msgpack',
    },
    'rpc-websockets-client': {
      about: 'rpc-websockets from npm, client and server',
      command: peer('rpc-websockets.mjs'),
      client: 'rpc-websockets',
    },
    'socket.io-client': {
      about: 'socket.io-client and socket.io from npm, events with acknowledgements',
      command: peer('socket-io.mjs'),
      client: 'socket.io-client',
    },
    'socket.io-client-msgpack': {
      about: 'the same, with socket.io-msgpack-parser',
      command: [...peer('socket-io.mjs'), 'msgpack'],
      client: 'socket.io-client',
      format: 'msgpack',
    },
    'open-rpc-client': {
      about: "@open-rpc/client-js from npm with Node's ws",
      command: peer('ws.mjs'),
      client: '@open-rpc/client-js',
    },
  };
}
