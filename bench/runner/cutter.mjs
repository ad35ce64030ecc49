// Stands before a server and cuts its connections when asked to.
import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';

async function listen(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server.address().port;
}

/** A POST to `cutUrl` ends all connections that go through `port`, without a close frame. */
export async function startCutter(serverPort) {
  const sockets = new Set();
  const keep = (socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const proxy = net.createServer((client) => {
    const server = keep(net.connect(serverPort, '127.0.0.1'));
    keep(client).pipe(server).pipe(client);
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
  });
  const control = http.createServer((_request, response) => {
    cut();
    response.writeHead(204, { 'Access-Control-Allow-Origin': '*' }).end();
  });
  const port = await listen(proxy);
  const cutUrl = `http://127.0.0.1:${await listen(control)}/`;
  return {
    port,
    cutUrl,
    stop() {
      proxy.close();
      cut();
      control.close();
      control.closeAllConnections();
    },
  };
}
