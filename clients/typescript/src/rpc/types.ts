import type { RpcError, TransportError } from "../errors.js";

/** What is known of a method. */
export interface MethodSpec {
  params?: unknown;
  result: unknown;
  /** What it streams, where it does. */
  progress?: unknown;
}

/** A map of methods by name, as `sidewire-client generate` writes it. */
export type MethodMap<M> = { [K in keyof M]: MethodSpec };
/** A map of topics by name or pattern: of each its event methods and their params. */
export type TopicMap<T> = { [K in keyof T]: object };

/** Any method with any params: what is assumed where no types are given. */
export interface AnyMethods {
  [method: string]: { params: unknown; result: unknown; progress: unknown };
}
/** Any topic with any events. */
export interface AnyTopics {
  [topic: string]: { [method: string]: unknown };
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call: the server is asked to stop it, and it fails with `AbortError`. */
  signal?: AbortSignal | undefined;
  /** Until it fails with `TimeoutError`; the server keeps the same deadline. 0 for none. */
  timeoutMs?: number | undefined;
  /**
   * Makes the call run once however often it is sent, so that it is sent again where its session is lost. `true` makes
   * a key; another one must be unique to the call.
   */
  idempotencyKey?: string | true | undefined;
  /** The format of the answer, where it matters. */
  format?: "json" | "msgpack" | undefined;
}

/** Options of a stream. */
export interface StreamOptions extends CallOptions {
  /** How many values the server may be ahead of the reader (64). */
  credit?: number | undefined;
}

/** Where a topic is. */
export interface TopicPosition {
  epoch: string;
  offset: number;
}

/** What becomes of events that a slow reader does not take. */
export type SlowPolicy = "dropOldest" | "latest" | "disconnect";

/** Options of a subscription. */
export interface SubscribeOptions {
  /** Where to begin: `"new"` (the default), `"first"` that is kept, or after a position; for patterns also by topic. */
  since?: "new" | "first" | TopicPosition | { [topic: string]: TopicPosition } | undefined;
  /** What becomes of events when the reader is slow; what is dropped shows in the next event's `missed`. */
  policy?: SlowPolicy | undefined;
  /** How many events wait for a slow reader, here (1000) and in the server (100). */
  buffer?: number | undefined;
  /** Lets the server send patches; events still hold the whole state. */
  delta?: boolean | undefined;
  /** Ends the subscription. */
  signal?: AbortSignal | undefined;
}

/** An event of a topic. */
export interface TopicEvent<Method extends string = string, Params = unknown> extends TopicPosition {
  topic: string;
  method: Method;
  params: Params;
  /** How many events of the topic were lost just before this one; null where nobody can know. */
  missed: number | null;
}

/** What the server said of a subscription's begin. */
export interface Subscribed {
  topic: string;
  /** Whether everything since the position asked for is there. */
  recovered: boolean;
  /** How many events are not, where not. */
  missed: number;
}

/** Events as they come, for `for await`; leaving the loop unsubscribes. */
export interface Subscription<E> extends AsyncIterableIterator<E, void, void> {
  /** Fulfilled when the server has begun it; every later event comes. */
  readonly ready: Promise<Subscribed>;
  /** Ends it, and the loop over it. */
  unsubscribe(): void;
}

/** Partial results as they come; the method's result ends it, as the iterator's return value and as `result`. */
export interface Stream<P, R> extends AsyncIterableIterator<P, R, void> {
  readonly result: Promise<R>;
}

/** One call of a batch. */
export interface BatchCall {
  method: string;
  params?: unknown;
}

/** What a handler of the server's calls knows beside the params. */
export interface HandlerContext {
  /** Aborted when the server cancels the call, or the session is lost. */
  signal: AbortSignal;
}

/** Answers a call of the server's: its result, or an `RpcError` thrown. Notifications come here too. */
export type Handler = (params: unknown, context: HandlerContext) => unknown;

/** How the connection is, in a word; `ConnectionState` says what each means. */
export type StateName = "connecting" | "open" | "degraded" | "reconnecting" | "closed";

/** A way that messages travel. */
export type TransportName = "websocket" | "sse" | "poll";

/** How the connection is. */
export interface ConnectionState {
  /**
   * `connecting` until there was a first connection; `open`; `degraded` where a better transport than the one in use is
   * still tried; `reconnecting` while nothing is lost yet, or a fresh session is sought; `closed` for good.
   */
  name: StateName;
  transport?: TransportName;
  /** Why it is so, where it is not `open`; its message is for people. */
  reason?: TransportError;
  /** Until the next attempt. */
  retryInMs?: number;
  /** The server's run. */
  instance?: string;
}

/** A message that travelled, for tools that show them. */
export interface Traffic {
  direction: "in" | "out";
  /** `post` for what goes up on both transports over HTTP. */
  transport: TransportName | "post";
  data: string | Uint8Array;
}

/** What `on` tells. */
export interface ClientEvents {
  state: ConnectionState;
  /** A session was lost and a fresh one begins: subscriptions go on, answers to some calls are unknown. */
  lost: { reason: string };
  /** A message went or came. */
  traffic: Traffic;
  /** A handler threw something other than an `RpcError`, or a listener threw. */
  error: unknown;
}

/** What a batch tells of one call. */
export type BatchOutcome = { status: "fulfilled"; value: unknown } | { status: "rejected"; reason: RpcError };
