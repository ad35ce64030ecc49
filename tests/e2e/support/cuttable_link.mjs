// What lies between a client and a server, and can be cut: connections end, and no new ones begin until it is mended.
import {once} from 'node:events';
import net from 'node:net';

export class CuttableLink {
  #sockets = new Set();
  #isCut = false;
  #listener;
  /** How many connections were refused. */
  refusedCount = 0;

  /** In front of the server with this base address. */
  static async start(upstream) {
    const link = new CuttableLink();
    const {hostname, port} = new URL(upstream);
    link.#listener = net.createServer(client => {
      if (link.#isCut) {
        ++link.refusedCount;
        client.destroy();
        return;
      }
      const server = net.connect(Number(port), hostname);
      for (const [socket, other] of [[client, server], [server, client]]) {
        link.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
        socket.on('close', () => {
          link.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    }).listen(0, '127.0.0.1');
    await once(link.#listener, 'listening');
    return link;
  }

  get port() { return this.#listener.address().port; }

  cut() {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend() { this.#isCut = false; }

  async stop() {
    this.cut();
    this.#listener.close();
    await once(this.#listener, 'close');
  }
}
