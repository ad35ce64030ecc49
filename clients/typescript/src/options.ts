import type { Codec } from "./codec.js";
import type { TransportName } from "./rpc/types.js";
import type { WebSocketConstructor } from "./transports/connection.js";

/** Where a server is. */
export interface ServerAddress {
  /** `http(s)` or `ws(s)`, with or without `/rpc`. */
  url: string;
  /** The server's run; another server at the same place is refused before it sees a token. */
  instance?: string | undefined;
}

/** Why a token is asked for. */
export interface TokenRequest {
  /** `connect` at first; `expired` and `refused` where another one than before is needed. */
  reason: "connect" | "expired" | "refused";
}

/** What `connect` needs to know. */
export interface ConnectOptions {
  /** The server's address, or a function that finds it, asked before each attempt: a restart may change the port. */
  url: string | ServerAddress | (() => string | ServerAddress | Promise<string | ServerAddress>);
  /** The server's token, or a function that gets one, asked before each attempt and when one expires. */
  token?: string | ((request: TokenRequest) => string | undefined | Promise<string | undefined>) | undefined;
  /** The transports to use, the best first (`["websocket", "sse", "poll"]`). */
  transports?: readonly TransportName[] | undefined;
  /** What the server's log calls this client. */
  client?: { name: string; version?: string } | undefined;
  /** `msgpack` of `@sidewire/client/msgpack`: results with bytes and large ones then come as MessagePack. */
  msgpack?: Codec | undefined;
  /** `"msgpack"`: everything travels so. */
  format?: "json" | "msgpack" | undefined;
  /** `bigintJson()` of `@sidewire/client/bigint`: integers beyond 2^53 come as `bigint` instead of rounded. */
  json?: Codec | undefined;
  /** Until a call fails, unless it says so itself (60,000; 0 for never). */
  timeoutMs?: number | undefined;
  /** Calls wait also while the server is away for long, instead of failing at once. */
  queueWhileOffline?: boolean | undefined;
  /** How much may wait or be unacknowledged, in bytes (64 MiB); beyond, calls fail with `limit_exceeded`. */
  maxUnsentBytes?: number | undefined;
  reconnect?: ReconnectOptions | undefined;
  /** Instead of the environment's own. */
  WebSocket?: WebSocketConstructor | undefined;
  fetch?: typeof fetch | undefined;
}

/** How a client comes back after a break. */
export interface ReconnectOptions {
  /** The bound of the first wait (100); it doubles with each failure. */
  minDelayMs?: number | undefined;
  /** The bound of all waits (30,000). */
  maxDelayMs?: number | undefined;
  /** How long a server may be away until the client closes for good (for ever). */
  limitMs?: number | undefined;
  /** After so many failures calls fail at once instead of waiting (5), until there is a connection again. */
  failuresUntilOffline?: number | undefined;
}

/** The address over HTTP, with the path that a reverse proxy gives the server, and without `/rpc`. */
export function baseUrlOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return (origin + pathname).replace(/^ws/, "http").replace(/(\/rpc)?\/?$/, "");
}
