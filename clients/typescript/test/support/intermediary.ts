// An HTTP proxy of the kind that stands in the way: it may refuse WebSockets, keep them silent, or hold event streams back.
import http from "node:http";
import net from "node:net";
import { once } from "node:events";
import type { Duplex } from "node:stream";

type Way = "pass" | "refuse" | "silent";

export class Intermediary {
  readonly #server: http.Server;
  readonly #sockets = new Set<Duplex>();
  readonly #webSockets = new Set<Duplex>();
  readonly #target: number;
  webSockets: Way = "pass";
  eventStreams: Way = "pass";
  /** What it says of itself to the server. */
  via: string | undefined;
  readonly requests: string[] = [];

  private constructor(target: number) {
    this.#target = target;
    this.#server = http.createServer((request, response) => this.#forward(request, response));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head as Buffer));
    this.#server.on("connection", (socket) => this.#sockets.add(socket));
  }

  static async before(port: number): Promise<Intermediary> {
    const proxy = new Intermediary(port);
    proxy.#server.listen(0, "127.0.0.1");
    await once(proxy.#server, "listening");
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as net.AddressInfo).port}`;
  }

  #forward(request: http.IncomingMessage, response: http.ServerResponse): void {
    this.requests.push(`${request.method} ${request.url}`);
    const isStream = request.headers.accept === "text/event-stream";
    if (isStream && this.eventStreams === "refuse") return void response.writeHead(502).end();
    const { method, url } = request;
    const headers = { ...request.headers, ...(this.via ? { via: this.via } : {}) };
    const onward = http.request({ host: "127.0.0.1", port: this.#target, method, path: url, headers }, (answer) => {
      if (isStream && this.eventStreams === "silent") return; // gathers the body for ever
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
  }

  #upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    this.requests.push("UPGRADE");
    socket.on("error", () => {});
    if (this.webSockets === "refuse") return void socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n");
    const onward = net.connect(this.#target, "127.0.0.1", () => {
      const lines = [`GET ${request.url} HTTP/1.1`];
      for (let at = 0; at < request.rawHeaders.length; at += 2) {
        lines.push(`${request.rawHeaders[at]}: ${request.rawHeaders[at + 1]}`);
      }
      onward.write(`${lines.join("\r\n")}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward);
      if (this.webSockets === "pass") onward.pipe(socket);
      else onward.once("data", (handshake) => socket.write(handshake)); // and nothing after it
    });
    this.#sockets.add(onward);
    this.#webSockets.add(onward);
    onward.on("error", () => socket.destroy());
    onward.on("close", () => socket.destroy());
    socket.on("close", () => onward.destroy());
  }

  /** Ends those that are open. */
  breakWebSockets(): void {
    for (const socket of this.#webSockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server, "close");
  }
}
