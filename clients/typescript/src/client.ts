import { TransportError, type RpcError } from "./errors.js";
import { Link, type LinkUser } from "./link/link.js";
import { methodOf, type Message, type Request, type Response } from "./messages.js";
import type { ConnectOptions } from "./options.js";
import { CallTable } from "./rpc/call-table.js";
import { HandlerTable } from "./rpc/handler-table.js";
import { openStream } from "./rpc/streams.js";
import { SubscriptionTable } from "./rpc/subscription-table.js";
import type {
  BatchCall,
  BatchOutcome,
  CallOptions,
  ClientEvents,
  ConnectionState,
  Handler,
  Stream,
  StreamOptions,
  SubscribeOptions,
  Subscription,
  TopicEvent,
} from "./rpc/types.js";
import { onWake } from "./transports/environment.js";
import { Listeners } from "./listeners.js";

/** What every client can do, with any types: the connection itself, or one shared with other tabs. */
export interface UntypedClient {
  readonly state: ConnectionState;
  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown>;
  notify(method: string, params?: unknown): void;
  batch(calls: readonly BatchCall[], options?: CallOptions): Promise<BatchOutcome[]>;
  stream(method: string, params?: unknown, options?: StreamOptions): Stream<unknown, unknown>;
  subscribe(topic: string, options?: SubscribeOptions): Subscription<TopicEvent>;
  handle(method: string, handler: Handler): () => void;
  on<E extends keyof ClientEvents>(event: E, listener: (told: ClientEvents[E]) => void): () => void;
  close(): Promise<void>;
}

/** A client with a session of its own. */
export class DirectClient implements UntypedClient, LinkUser {
  readonly #link: Link;
  readonly #calls: CallTable;
  readonly #handlers: HandlerTable;
  readonly #subscriptions: SubscriptionTable;
  readonly #listeners = new Listeners<ClientEvents>();
  readonly #stopWaking: () => void;

  constructor(options: ConnectOptions) {
    const link = new Link(options, this);
    this.#link = link;
    this.#calls = new CallTable(
      {
        encode: (message) => link.connector.writes.encode(message),
        send: (message) => link.send(message),
        withdraw: (exchange) => link.withdraw(exchange),
      },
      options.timeoutMs ?? 60_000,
    );
    this.#handlers = new HandlerTable(
      (response) => this.#calls.answer(response),
      (error) => this.#listeners.tell("error", error),
    );
    this.#subscriptions = new SubscriptionTable((...call) => this.#calls.request(...call));
    this.#stopWaking = onWake(() => link.wake());
    void link.open();
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  call(method: string, params?: unknown, options?: CallOptions): Promise<unknown> {
    const offline = this.#link.offlineError;
    if (offline) return Promise.reject(offline);
    return this.#calls.call(method, params, options).outcome;
  }

  notify(method: string, params?: unknown): void {
    const offline = this.#link.offlineError;
    if (offline) throw offline;
    this.#calls.notify(method, params);
  }

  async batch(calls: readonly BatchCall[], options?: CallOptions): Promise<BatchOutcome[]> {
    const offline = this.#link.offlineError;
    if (offline) throw offline;
    const parts: Promise<BatchOutcome[]>[] = [];
    const size = Math.max(1, this.#link.maxBatch);
    for (let at = 0; at < calls.length; at += size) parts.push(this.#calls.batch(calls.slice(at, at + size), options));
    return (await Promise.all(parts)).flat();
  }

  stream(method: string, params?: unknown, options?: StreamOptions): Stream<unknown, unknown> {
    return openStream(this.#calls, method, params, options);
  }

  subscribe(topic: string, options?: SubscribeOptions): Subscription<TopicEvent> {
    return this.#subscriptions.add(topic, options);
  }

  handle(method: string, handler: Handler): () => void {
    return this.#handlers.add(method, handler);
  }

  on<E extends keyof ClientEvents>(event: E, listener: (told: ClientEvents[E]) => void): () => void {
    return this.#listeners.add(event, listener);
  }

  close(): Promise<void> {
    this.#calls.failAll(new TransportError("closed", "the client was closed"));
    return this.#link.close();
  }

  // ---- what the link tells ----

  get onTraffic(): LinkUser["onTraffic"] {
    return this.#listeners.has("traffic") ? (traffic) => this.#listeners.tell("traffic", traffic) : undefined;
  }

  onMessage(message: Message): void {
    if (Array.isArray(message)) for (const element of message) this.onMessage(element);
    else if (methodOf(message) === undefined) this.#calls.takeResponse(message as Response);
    else if ((message as Request).id === undefined) this.#takeNotification(message as Request);
    else this.#handlers.takeRequest(message as Request);
  }

  #takeNotification({ method, params }: Request): void {
    if (method === "$/progress") this.#calls.takeProgress(params);
    else if (!this.#subscriptions.take(method, params)) this.#handlers.takeNotification(method, params);
  }

  onLost(reason: string): void {
    this.#handlers.onLost();
    this.#calls.onLost(reason);
    this.#subscriptions.renew();
    this.#listeners.tell("lost", { reason });
  }

  onRefused(exchange: number, error: RpcError): void {
    this.#calls.refuse(exchange, error);
  }

  onExpiring(): void {
    void this.#refresh().catch((error: unknown) => this.#listeners.tell("error", error));
  }

  async #refresh(): Promise<void> {
    const token = await this.#link.connector.renewToken();
    if (token !== undefined) await this.#calls.call("auth.refresh", { token }).outcome;
  }

  onState(state: ConnectionState): void {
    this.#listeners.tell("state", state);
  }

  onOffline(error: TransportError): void {
    this.#calls.failUnwritten(error);
  }

  onClosed(error: TransportError): void {
    this.#stopWaking();
    this.#calls.failAll(error);
    this.#handlers.onLost();
    this.#subscriptions.close(error);
  }
}
