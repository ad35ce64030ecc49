import type { TransportName, WebSocketConstructor, WebSocketLike } from "./sidewire.js";

const names: readonly TransportName[] = ["websocket", "sse", "poll"];

/** The environment's own, through which the gate leads. */
export interface Ways {
  WebSocket: WebSocketConstructor;
  fetch: typeof fetch;
}

/**
 * A WebSocket and a `fetch` for one client, through which its connection can be broken, and kept to one transport. The
 * client knows nothing of it: it resumes and falls back as it would in a real network.
 */
export class Gate {
  readonly WebSocket: WebSocketConstructor;
  readonly fetch: typeof fetch;
  #only: TransportName | undefined;
  readonly #sockets = new Set<WebSocketLike>();
  readonly #requests = new Map<string, AbortController>(); // of each kind the last: the others are over

  constructor(ways: Ways) {
    this.fetch = (input, init = {}) => this.#request(ways, input, init);
    const open = (url: string, protocols: string[]) => this.#open(ways, url, protocols);
    this.WebSocket = function (url: string, protocols: string[]) {
      return open(url, protocols);
    } as unknown as WebSocketConstructor;
  }

  get only(): TransportName | undefined {
    return this.#only;
  }

  /** Lets one transport through, or with undefined all. Whatever else is open breaks. */
  keepTo(only: TransportName | undefined): void {
    this.#only = only;
    if (only !== undefined) this.#close(names.filter((name) => name !== only));
  }

  /** Breaks what is open, as a network would. */
  break(): void {
    this.#close(names);
  }

  #close(transports: readonly TransportName[]): void {
    if (transports.includes("websocket")) for (const socket of this.#sockets) cut(socket);
    for (const [kind, request] of this.#requests) {
      if (kind === "up" || transports.includes(kind as TransportName)) request.abort(new Error("broken by hand"));
    }
  }

  #isShut(transport: TransportName): boolean {
    return this.#only !== undefined && this.#only !== transport;
  }

  #open({ WebSocket }: Ways, url: string, protocols: string[]): WebSocketLike {
    if (this.#isShut("websocket")) return shutSocket();
    const socket = new WebSocket(url, protocols);
    this.#sockets.add(socket);
    (socket as unknown as EventTarget).addEventListener("close", () => this.#sockets.delete(socket));
    return socket;
  }

  #request({ fetch }: Ways, input: Parameters<typeof globalThis.fetch>[0], init: RequestInit): Promise<Response> {
    const kind = kindOf(String(input), init);
    if (kind === undefined) return fetch(input, init);
    if (kind !== "up" && this.#isShut(kind)) return Promise.reject(new TypeError("shut by hand"));
    const own = new AbortController();
    this.#requests.set(kind, own);
    const signal = init.signal ? AbortSignal.any([init.signal, own.signal]) : own.signal;
    return fetch(input, { ...init, signal });
  }
}

/** What a request of the client's is for; undefined where it does not carry a session. */
function kindOf(url: string, { method = "GET", headers }: RequestInit): TransportName | "up" | undefined {
  const { pathname, searchParams } = new URL(url);
  if (!pathname.endsWith("/rpc")) return undefined;
  if (method === "POST") return "up";
  if (method !== "GET") return undefined;
  if (searchParams.has("poll")) return "poll";
  return new Headers(headers).get("Accept") === "text/event-stream" ? "sse" : undefined;
}

/** Ends a socket at once for the client, and by a close that lets the session resume for the server. */
function cut(socket: WebSocketLike): void {
  const { onclose } = socket;
  socket.onopen = socket.onmessage = socket.onclose = socket.onerror = null;
  socket.close(4000, "broken by hand");
  onclose?.({ code: 1006, reason: "broken by hand" } as never);
}

/** A socket that never opens. */
function shutSocket(): WebSocketLike {
  const socket: WebSocketLike = {
    binaryType: "arraybuffer",
    protocol: "",
    send: () => {},
    close: () => {},
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
  const told = { code: 1006, reason: "shut by hand" } as never;
  setTimeout(() => socket.onclose?.(told));
  return socket;
}
