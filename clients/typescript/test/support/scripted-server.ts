// A server that says what a test wants, over WebSockets that are none.
import type { WebSocketLike } from "../../src/index.js";

interface Said {
  id?: number;
  method?: string;
  params?: Record<string, unknown>;
}

/** One connection of the client's, seen from the server. */
export class ScriptedSocket implements WebSocketLike {
  binaryType = "";
  readonly protocol: string;
  onopen: WebSocketLike["onopen"] = null;
  onmessage: WebSocketLike["onmessage"] = null;
  onclose: WebSocketLike["onclose"] = null;
  onerror: WebSocketLike["onerror"] = null;
  readonly heard: Said[] = [];
  closedWith: number | undefined;
  #waiting: (() => void) | undefined;

  constructor(protocols: string[]) {
    this.protocol = protocols[0] ?? "";
  }

  send(data: string | Uint8Array): void {
    this.heard.push(JSON.parse(String(data)) as Said);
    this.#waiting?.();
  }

  close(code?: number): void {
    this.closedWith ??= code;
  }

  open(): void {
    this.onopen?.({} as never);
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify({ jsonrpc: "2.0", ...message }) } as never);
  }

  closes(code: number, reason = ""): void {
    this.onclose?.({ code, reason } as never);
  }

  /** The next message of the client's. */
  async hears(): Promise<Said> {
    while (this.heard.length === 0) await new Promise<void>((resolve) => (this.#waiting = resolve));
    return this.heard.shift() as Said;
  }
}

export const started = {
  session: "i.0.1",
  resumeToken: "i.0.1.secret",
  instance: "i",
  version: "1",
  resumeWindowMs: 60_000,
  resumeBufferBytes: 4_000_000,
  heartbeatMs: 15_000,
  limits: { maxMessageBytes: 1000, maxBatch: 10 },
};

export class ScriptedServer {
  readonly #sockets: ScriptedSocket[] = [];
  #waiting: (() => void) | undefined;
  /** For `connect`. */
  readonly WebSocket: new (url: string, protocols: string[]) => ScriptedSocket;

  constructor() {
    const add = (socket: ScriptedSocket) => {
      this.#sockets.push(socket);
      this.#waiting?.();
    };
    this.WebSocket = class extends ScriptedSocket {
      constructor(_: string, protocols: string[]) {
        super(protocols);
        add(this);
      }
    };
  }

  /** The next connection, opened. */
  async accepts(): Promise<ScriptedSocket> {
    while (this.#sockets.length === 0) await new Promise<void>((resolve) => (this.#waiting = resolve));
    const socket = this.#sockets.shift() as ScriptedSocket;
    await new Promise((resolve) => setImmediate(resolve)); // a network takes time
    socket.open();
    return socket;
  }

  /** The next connection, with a fresh session. */
  async starts(): Promise<ScriptedSocket> {
    const socket = await this.accepts();
    await socket.hears();
    socket.says({ method: "session.started", params: started });
    return socket;
  }
}
