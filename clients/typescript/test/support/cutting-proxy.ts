// A TCP proxy that cuts its connections: after any number of bytes in either direction, at once or leaving them open.
import net from "node:net";
import { once } from "node:events";

/** When a connection is cut; null for never. */
export interface Cut {
  direction: "up" | "down";
  afterBytes: number;
  /** `reset` both sides, or let the `silent` connection stand and carry nothing any more. */
  how: "reset" | "silent";
}

export class CuttingProxy {
  readonly #server: net.Server;
  readonly #open = new Set<net.Socket>();
  readonly #target: number;
  /** Asked for each connection. */
  nextCut: () => Cut | null = () => null;
  /** Refuses every connection at once. */
  isDown = false;
  cutCount = 0;
  connectionCount = 0;

  private constructor(target: number) {
    this.#target = target;
    this.#server = net.createServer((client) => this.#serve(client));
  }

  static async before(port: number): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(port);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  #serve(client: net.Socket): void {
    if (this.isDown) return void client.resetAndDestroy();
    ++this.connectionCount;
    const server = net.connect({ host: "127.0.0.1", port: this.#target, noDelay: true });
    client.setNoDelay(true);
    const cut = this.nextCut();
    let isCut = false;
    const counts = { up: 0, down: 0 };
    const carry = (from: net.Socket, to: net.Socket, direction: "up" | "down") => {
      from.on("data", (bytes) => {
        if (isCut) return;
        const room = cut?.direction === direction ? cut.afterBytes - counts[direction] : Infinity;
        counts[direction] += bytes.length;
        to.write(bytes.length > room ? bytes.subarray(0, room) : bytes);
        if (bytes.length <= room) return;
        isCut = true;
        ++this.cutCount;
        if (cut?.how === "reset") setImmediate(() => (client.resetAndDestroy(), server.resetAndDestroy()));
      });
      from.on("end", () => isCut || to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#open.delete(from);
        if (!isCut) to.destroy();
        else if (from === client) server.destroy();
      });
      this.#open.add(from);
    };
    carry(client, server, "up");
    carry(server, client, "down");
  }

  /** Breaks every connection that is open. */
  cutAll(): void {
    for (const socket of [...this.#open]) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.cutAll();
    await once(this.#server, "close");
  }
}
