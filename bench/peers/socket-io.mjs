// A room of socket.io, over WebSocket alone, as its documentation sets it up.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { announce } from './json-rpc.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: 600_000 });
io.on('connection', (socket) => {
  socket.on('subscribe', (room, done) => {
    socket.join(room);
    done();
  });
  socket.on('publish', (params) => {
    io.to('fan').emit('fan.out', params);
  });
});
http.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => announce(http.address().port));
