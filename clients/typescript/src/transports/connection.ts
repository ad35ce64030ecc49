import type { Codec, Encoded } from "../codec.js";
import type { Message } from "../messages.js";
import type { TransportName } from "../rpc/types.js";
import type { Session } from "../session/session.js";

/** Why a connection ended. */
export interface Ending {
  /** The close code of a WebSocket, or what one says in `session.closed`. */
  code?: number | undefined;
  /** The status of an HTTP answer. */
  status?: number | undefined;
  text?: string | undefined;
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** Who listens to a connection. Nothing is told after `abandon`. */
export interface ConnectionUser {
  /** It takes messages. A WebSocket says so before there is a session on it. */
  onReady(connection: Connection): void;
  onMessage(connection: Connection, message: Message, sizeBytes: number, number: number | undefined): void;
  /** At most once, and the last of all. */
  onEnd(connection: Connection, ending: Ending): void;
}

/** What a connection is made of. */
export interface ConnectionContext {
  /** `http` or `https`, with the path that a reverse proxy gives the server, without a slash at its end. */
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly session: Session;
  readonly json: Codec;
  /** What the server is told it may send beside JSON, and what this side writes. */
  readonly msgpack: Codec | undefined;
  readonly writes: Codec;
  readonly client: { name: string; version?: string };
  readonly WebSocket: WebSocketConstructor | undefined;
  readonly fetch: typeof fetch;
  readonly user: ConnectionUser;
  readonly onTraffic: ((direction: "in" | "out", transport: TransportName | "post", data: Encoded) => void) | undefined;
}

/** What of the WebSocket interface is used; that of browsers and of `ws` fit. */
export interface WebSocketLike {
  binaryType: string;
  readonly protocol: string;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}
/** What makes them. */
export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** One live transport of a session, or an attempt at one. */
export interface Connection {
  readonly transport: TransportName;
  /** Opens or resumes the session that the context has. Over HTTP the request itself has asked. */
  ask(): void;
  /** Whether it lives; answered with `session.pong`. */
  ping(): void;
  /** Writes what the session has to write. */
  pump(): void;
  /** Writes what is left, ends the session, and then itself. */
  finish(): void;
  /** Not wanted any more: ends the session that it may have begun itself, and goes. */
  drop(): void;
  /** Goes without a word about the session. */
  abandon(): void;
}

/** A message that came, in whichever format. */
export function decodeMessage(context: ConnectionContext, data: Encoded): Message {
  const codec = typeof data === "string" ? context.json : context.msgpack;
  if (!codec) throw new TypeError("a MessagePack message, which was not asked for");
  return codec.decode(data) as Message;
}
