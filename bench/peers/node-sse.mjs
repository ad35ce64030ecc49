// Topics as Server-Sent Events over Node's own `http`: every publication is encoded once and written to each subscriber's
// response. Whoever publishes has a WebSocket.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { announce } from './json-rpc.mjs';

const prefix = '/stream/';
const subscribers = new Map(); // responses by topic

const http = createServer((request, response) => {
  if (!request.url.startsWith(prefix)) return response.writeHead(404).end();
  const topic = request.url.slice(prefix.length);
  if (!subscribers.has(topic)) subscribers.set(topic, new Set());
  subscribers.get(topic).add(response);
  response.on('close', () => subscribers.get(topic).delete(response));
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.flushHeaders();
});

let lastId = 0;
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  socket.on('message', (data) => {
    const { topic, method, params } = JSON.parse(data.toString()).params;
    const message = JSON.stringify({ jsonrpc: '2.0', method, params });
    const event = Buffer.from(`id: ${++lastId}\ndata: ${message}\n\n`);
    for (const response of subscribers.get(topic) ?? []) response.write(event);
  });
});

http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => announce(http.address().port));
