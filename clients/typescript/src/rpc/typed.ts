import type {
  BatchOutcome,
  CallOptions,
  ClientEvents,
  ConnectionState,
  HandlerContext,
  MethodMap,
  Stream,
  StreamOptions,
  SubscribeOptions,
  Subscription,
  TopicEvent,
  TopicMap,
} from "./types.js";

type Name<M> = keyof M & string;
type ParamsOf<S> = S extends { params: infer P } ? P : undefined;
type ResultOf<S> = S extends { result: infer R } ? R : unknown;
type ProgressOf<S> = S extends { progress: infer P } ? P : unknown;
/** Params may be left out where nothing in them is required. */
type Args<P, O> = undefined extends P ? [params?: P, options?: O] : [params: P, options?: O];

/** Names of methods that stream. */
type Streaming<M> = { [K in Name<M>]: M[K] extends { progress: unknown } ? K : never }[Name<M>];

/** `"logs/*"` as a type of topics. */
type Matching<Pattern extends string> = Pattern extends `${infer Before}**${string}`
  ? `${Before}${string}`
  : Pattern extends `${infer Before}*${infer After}`
    ? `${Before}${string}${Matching<After>}`
    : Pattern;
/** A topic's name: one of the map's, or what fits one of its patterns. */
export type TopicName<T> = { [K in Name<T>]: K | Matching<K> }[Name<T>];
type EventsOf<T, Wanted extends string> = {
  [K in Name<T>]: Wanted extends K | Matching<K> ? T[K] : K extends Matching<Wanted> ? T[K] : never;
}[Name<T>];
/** An event of a topic, by its method. */
export type EventOf<T, Wanted extends string> =
  EventsOf<T, Wanted> extends infer E
    ? E extends unknown
      ? { [K in Name<E>]: TopicEvent<K, E[K]> }[Name<E>]
      : never
    : never;

declare const topics: unique symbol;

/** Whatever has topics of these types; says them to who takes a client. */
export interface TopicSource<T> {
  readonly state: ConnectionState;
  readonly [topics]?: T;
}

/** What a client can do, with the types of a server's methods and topics. */
export interface TypedClient<M extends MethodMap<M>, T extends TopicMap<T>> extends TopicSource<T> {
  /** How the connection is, now. */
  readonly state: ConnectionState;
  /** Calls a method; fails with `RpcError`, `TransportError`, `TimeoutError` or `AbortError`. */
  call<K extends Name<M>>(method: K, ...args: Args<ParamsOf<M[K]>, CallOptions>): Promise<ResultOf<M[K]>>;
  /** Calls a method whose result nobody wants. */
  notify<K extends Name<M>>(method: K, ...args: Args<ParamsOf<M[K]>, never>): void;
  /** Calls several methods in one message; they run concurrently, and each has its own outcome. */
  batch<const C extends readonly { [K in Name<M>]: { method: K; params?: ParamsOf<M[K]> } }[Name<M>][]>(
    calls: C,
    options?: CallOptions,
  ): Promise<{ -readonly [I in keyof C]: OutcomeOf<M, C[I]> }>;
  /** Calls a method that streams; leaving the loop cancels it. */
  stream<K extends Streaming<M>>(
    method: K,
    ...args: Args<ParamsOf<M[K]>, StreamOptions>
  ): Stream<ProgressOf<M[K]>, ResultOf<M[K]>>;
  /** The events of a topic, or of all that fit a pattern, across breaks and restarts; leaving the loop unsubscribes. */
  subscribe<K extends TopicName<T>>(topic: K, options?: SubscribeOptions): Subscription<EventOf<T, K>>;
  /** Answers calls and takes notifications of the server's; what it returns takes the handler away. */
  handle<P = unknown>(method: string, handler: (params: P, context: HandlerContext) => unknown): () => void;
  /** Calls `listener` at each such event; what it returns ends that. */
  on<E extends keyof ClientEvents>(event: E, listener: (told: ClientEvents[E]) => void): () => void;
  /** Ends the session once everything that waits is written. Calls without an answer fail. */
  close(): Promise<void>;
}

type OutcomeOf<M, C> = C extends { method: infer K extends Name<M> }
  ? { status: "fulfilled"; value: ResultOf<M[K]> } | Extract<BatchOutcome, { status: "rejected" }>
  : never;

type Head<K extends string> = K extends `${infer First}.${string}` ? First : K;
type Below<M, Prefix extends string> = { [K in Name<M>]: K extends `${Prefix}.${infer Rest}` ? Rest : never }[Name<M>];
type Callable<S> = (...args: Args<ParamsOf<S>, CallOptions>) => Promise<ResultOf<S>>;

/** Methods as members: `logs.tail` is `.logs.tail(…)`. */
export type MethodTree<M, Rest extends string = Name<M>, Path extends string = ""> = {
  readonly [First in Head<Rest>]: (`${Path}${First}` extends Name<M> ? Callable<M[`${Path}${First}`]> : unknown) &
    (Below<M, `${Path}${First}`> extends never
      ? unknown
      : MethodTree<M, Below<M, `${Path}${First}`>, `${Path}${First}.`>);
};

/** Any method as members. */
export type AnyMethodTree = { readonly [name: string]: AnyMethodTree } & ((
  params?: unknown,
  options?: CallOptions,
) => Promise<unknown>);

/** A client, its methods as members too. */
export type Client<M extends MethodMap<M>, T extends TopicMap<T>> = TypedClient<M, T> &
  (string extends keyof M ? { readonly [name: string]: AnyMethodTree } : Omit<MethodTree<M>, keyof TypedClient<M, T>>);
