// Topics over Node's `ws`, as its documentation broadcasts: every publication is encoded once and sent to each subscriber.
import { WebSocketServer } from 'ws';
import { announce } from './json-rpc.mjs';

const subscribers = new Map(); // sockets by topic

const methods = {
  'topic.subscribe'({ topic }, socket) {
    if (!subscribers.has(topic)) subscribers.set(topic, new Set());
    subscribers.get(topic).add(socket);
    socket.on('close', () => subscribers.get(topic).delete(socket));
    return { topic };
  },
  'topic.publish'({ topic, method, params }) {
    const message = Buffer.from(JSON.stringify({ jsonrpc: '2.0', method, params }));
    for (const socket of subscribers.get(topic) ?? []) socket.send(message, { binary: false });
    return null;
  },
};

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 4096, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const { id, method, params } = JSON.parse(data.toString());
    const result = methods[method](params, socket);
    if (id !== undefined) socket.send(JSON.stringify({ jsonrpc: '2.0', result, id }));
  });
});
server.on('listening', () => announce(server.address().port));
