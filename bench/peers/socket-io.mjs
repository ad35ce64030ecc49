// socket.io over WebSocket alone, as its documentation sets it up: a room, and an echo that acknowledges. With the
// argument `msgpack` it speaks that.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import msgpackParser from 'socket.io-msgpack-parser';
import { announce } from './json-rpc.mjs';

const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  pingInterval: 600_000,
  maxHttpBufferSize: 16 * 1024 * 1024, // as sidewire; by default it takes no message of 1 MiB
  ...(process.argv[2] === 'msgpack' ? { parser: msgpackParser } : {}),
});
io.on('connection', (socket) => {
  socket.on('system.echo', (params, done) => done(params));
  socket.on('subscribe', (room, done) => {
    socket.join(room);
    done();
  });
  socket.on('publish', (params) => {
    io.to('fan').emit('fan.out', params);
  });
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => announce(http.address().port));
