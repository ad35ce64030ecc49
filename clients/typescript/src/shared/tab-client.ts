import { AsyncBuffer } from "../buffer.js";
import type { UntypedClient } from "../client.js";
import { AbortError, outcomeUnknown, RpcError, TimeoutError, TransportError } from "../errors.js";
import { Listeners } from "../listeners.js";
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
  Subscribed,
  Subscription,
  TopicEvent,
  TopicPosition,
} from "../rpc/types.js";
import { isPattern } from "../topic-pattern.js";
import { outcomeOf, windowCount } from "./host.js";
import {
  receiveBatch,
  receiveError,
  receiveState,
  sendError,
  type FromTab,
  type Outcome,
  type ToTab,
} from "./messages.js";

const maxEarlyCount = 1000;

/** What was begun and is not over. */
interface Open {
  message: FromTab & { n: number };
  /** Whether another host may do it again. */
  isRepeatable: boolean;
  settle(outcome: Outcome): void;
  onValue?(value: unknown): void;
  onBegan?(outcome: Outcome): void;
}

export interface TabOptions {
  token: (reason: "connect" | "expired" | "refused") => Promise<string | undefined>;
  timeoutMs: number;
  onClose(): void;
}

/**
 * A client whose connection is somebody else's: that of a shared worker, or of a tab that leads. Where that one goes and
 * another follows, it is as after the loss of a session: calls without a key are unknown, subscriptions go on.
 */
export class TabClient implements UntypedClient {
  readonly #post: (message: FromTab) => void;
  readonly #options: TabOptions;
  readonly #open = new Map<number, Open>();
  readonly #handlers = new Map<string, Handler>();
  readonly #asked = new Map<number, AbortController>();
  readonly #listeners = new Listeners<ClientEvents>();
  #state: ConnectionState = { name: "connecting" };
  readonly #early: FromTab[] = []; // said before there was a host
  #host: string | undefined;
  #count = 0;

  constructor(post: (message: FromTab) => void, options: TabOptions) {
    this.#post = post;
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  #begin(message: FromTab & { n: number }, rest: Omit<Open, "message">): void {
    this.#open.set(message.n, { message, ...rest });
    if (this.#host !== undefined) this.#post(message);
  }

  #stop(n: number): void {
    if (this.#open.delete(n)) this.#post({ kind: "stop", n });
  }

  #promise(make: (n: number) => FromTab & { n: number }, options: CallOptions): Promise<unknown> {
    if (this.#state.name === "closed") return Promise.reject(closed());
    const { signal, timeoutMs = this.#options.timeoutMs, idempotencyKey } = options;
    const n = ++this.#count;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortError("the call was aborted", { cause: signal.reason }));
      const giveUp = (error: Error) => {
        this.#stop(n);
        finish();
        reject(error);
      };
      const onAbort = () => giveUp(new AbortError("the call was aborted", { cause: signal?.reason }));
      const timer =
        timeoutMs > 0 && timeoutMs < 2 ** 31
          ? setTimeout(() => giveUp(new TimeoutError(`no answer in ${timeoutMs} ms`)), timeoutMs)
          : undefined;
      signal?.addEventListener("abort", onAbort);
      const finish = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
      };
      this.#begin(make(n), {
        isRepeatable: idempotencyKey !== undefined,
        settle: (outcome) => {
          finish();
          if ("error" in outcome) reject(receiveError(outcome.error));
          else resolve(outcome.value);
        },
      });
    });
  }

  call(method: string, params?: unknown, options: CallOptions = {}): Promise<unknown> {
    const { signal: _, ...sent } = options;
    if (sent.idempotencyKey === true) sent.idempotencyKey = crypto.randomUUID();
    return this.#promise((n) => ({ kind: "call", n, method, params, options: sent }), options);
  }

  async batch(calls: readonly BatchCall[], options: CallOptions = {}): Promise<BatchOutcome[]> {
    const { signal: _, ...sent } = options;
    return receiveBatch(await this.#promise((n) => ({ kind: "batch", n, calls, options: sent }), options));
  }

  notify(method: string, params?: unknown): void {
    if (this.#state.name === "closed") throw closed();
    const message = { kind: "notify" as const, method, params };
    if (this.#host !== undefined) this.#post(message);
    else if (this.#early.length < maxEarlyCount) this.#early.push(message);
    else throw new RpcError(-32024, "too much waits to be sent", { kind: "limit_exceeded" });
  }

  stream(method: string, params?: unknown, options: StreamOptions = {}): Stream<unknown, unknown> {
    const { signal, ...sent } = options;
    const n = ++this.#count;
    const buffer = this.#buffer<unknown, unknown>(n);
    const result = new Promise<unknown>((resolve, reject) => {
      this.#begin(
        { kind: "stream", n, method, params, options: sent },
        {
          isRepeatable: false,
          onValue: (value) => buffer.push(value),
          settle: (outcome) => {
            if ("error" in outcome) {
              const error = receiveError(outcome.error);
              buffer.fail(error);
              reject(error);
            } else {
              buffer.finish(outcome.value);
              resolve(outcome.value);
            }
          },
        },
      );
      const abort = () => {
        this.#stop(n);
        const error = new AbortError("the call was aborted", { cause: signal?.reason });
        buffer.fail(error);
        reject(error);
      };
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort, { once: true });
    });
    result.catch(() => {}); // who only iterates hears of it there
    return Object.assign(buffer, { result });
  }

  subscribe(topic: string, options: SubscribeOptions = {}): Subscription<TopicEvent> {
    const { signal, ...sent } = options;
    const n = ++this.#count;
    const at: Record<string, TopicPosition> = {};
    const buffer = this.#buffer<TopicEvent, void>(n);
    const ready = new Promise<Subscribed>((resolve, reject) => {
      const message = { kind: "subscribe" as const, n, topic, options: sent };
      this.#begin(message, {
        isRepeatable: true,
        onBegan: (outcome) =>
          "error" in outcome ? reject(receiveError(outcome.error)) : resolve(outcome.value as Subscribed),
        onValue: (value) => {
          const event = value as TopicEvent;
          at[event.topic] = { epoch: event.epoch, offset: event.offset };
          message.options.since = isPattern(topic) ? at : at[topic]; // where another host goes on
          buffer.push(event);
        },
        settle: (outcome) => {
          if ("error" in outcome) buffer.fail(receiveError(outcome.error));
          else buffer.finish();
        },
      });
    });
    ready.catch(() => {}); // who only iterates hears of it there
    if (signal?.aborted) void buffer.return();
    signal?.addEventListener("abort", () => void buffer.return(), { once: true });
    return Object.assign(buffer, { ready, unsubscribe: () => void buffer.return() });
  }

  #buffer<T, R>(n: number): AsyncBuffer<T, R> {
    let takenCount = 0;
    return new AsyncBuffer<T, R>({
      maxCount: Infinity, // the host's window bounds it
      onLeft: () => this.#stop(n),
      onTaken: () => {
        if (++takenCount < windowCount / 2) return;
        this.#post({ kind: "more", n, count: takenCount });
        takenCount = 0;
      },
    });
  }

  handle(method: string, handler: Handler): () => void {
    this.#handlers.set(method, handler);
    this.#post({ kind: "handle", method, isHandled: true });
    return () => {
      if (this.#handlers.get(method) !== handler) return;
      this.#handlers.delete(method);
      this.#post({ kind: "handle", method, isHandled: false });
    };
  }

  on<E extends keyof ClientEvents>(event: E, listener: (told: ClientEvents[E]) => void): () => void {
    return this.#listeners.add(event, listener);
  }

  /** Ends this tab's part; the connection stays for the others. */
  close(): Promise<void> {
    if (this.#state.name === "closed") return Promise.resolve();
    for (const n of [...this.#open.keys()]) {
      const open = this.#open.get(n);
      this.#stop(n);
      open?.settle({ error: sendError(closed()) });
    }
    for (const method of this.#handlers.keys()) this.#post({ kind: "handle", method, isHandled: false });
    this.#options.onClose();
    this.#tell({ name: "closed", reason: closed() });
    return Promise.resolve();
  }

  #tell(state: ConnectionState): void {
    this.#state = state;
    this.#listeners.tell("state", state);
  }

  /** What the host says. */
  take(message: ToTab): void {
    if (this.#state.name === "closed") return;
    switch (message.kind) {
      case "welcome":
        this.#meet(message.host);
        return this.#tell(receiveState(message.state));
      case "state":
        return this.#tell(receiveState(message.state));
      case "lost":
        return this.#listeners.tell("lost", { reason: message.reason });
      case "began":
        return this.#open.get(message.n)?.onBegan?.(message.outcome);
      case "value":
        return this.#open.get(message.n)?.onValue?.(message.value);
      case "settled": {
        const open = this.#open.get(message.n);
        this.#open.delete(message.n);
        return open?.settle(message.outcome);
      }
      case "asked":
        return void this.#answer(message.n, message.method, message.params);
      case "cancelled":
        return this.#asked.get(message.n)?.abort();
      case "needsToken":
        return void outcomeOf(this.#options.token(message.reason)).then((outcome) =>
          this.#post({ kind: "token", n: message.n, outcome }),
        );
    }
  }

  /** A host is there; where it is another one than before, what that one did is lost. */
  #meet(host: string): void {
    if (this.#host === host) return;
    const isFirst = this.#host === undefined;
    this.#host = host;
    for (const method of this.#handlers.keys()) this.#post({ kind: "handle", method, isHandled: true });
    for (const [n, open] of [...this.#open]) {
      if (isFirst || open.isRepeatable) this.#post(open.message);
      else {
        this.#open.delete(n);
        open.settle({ error: sendError(outcomeUnknown("the tab that had the connection is gone")) });
      }
    }
    for (const message of this.#early.splice(0)) this.#post(message);
    if (!isFirst) this.#listeners.tell("lost", { reason: "the tab that had the connection is gone" });
  }

  async #answer(n: number, method: string, params: unknown): Promise<void> {
    const control = new AbortController();
    this.#asked.set(n, control);
    const run = async () => {
      const handler = this.#handlers.get(method);
      if (!handler) throw new RpcError(-32601, `no method ${method} here`, { kind: "method_not_found" });
      return handler(params, { signal: control.signal });
    };
    const outcome = await outcomeOf(run());
    this.#asked.delete(n);
    this.#post({ kind: "answer", n, outcome });
  }
}

const closed = () => new TransportError("closed", "the client was closed");
