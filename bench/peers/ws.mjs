// JSON-RPC over Node's `ws`, and over POST with Node's own `http`. No compression, as the other
// contestants.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { announce, answer } from './json-rpc.mjs';

const http = createServer((request, response) => {
  const pieces = [];
  request.on('data', (piece) => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.from(answer(Buffer.concat(pieces).toString()));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length });
    response.end(body);
  });
});

const websockets = new WebSocketServer({ server: http, perMessageDeflate: false });
websockets.on('connection', (socket) => {
  socket.on('message', (data) => socket.send(answer(data.toString())));
});

http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => announce(http.address().port));
