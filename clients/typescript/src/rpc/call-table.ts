import { sizeOf, type Encoded } from "../codec.js";
import { AbortError, outcomeUnknown, RpcError, TimeoutError } from "../errors.js";
import { isObject, notification, type Id, type JsonObject, type Message, type Response } from "../messages.js";
import type { Outgoing } from "../session/types.js";
import type { BatchCall, BatchOutcome, CallOptions } from "./types.js";

/** Where the calls go. */
export interface Sender {
  encode(message: Message): Encoded;
  /** Throws where the message can't be taken. */
  send(message: Outgoing): void;
  /** Takes back what was never written; false where it was. */
  withdraw(exchange: number): boolean;
}

/** How a call is sent beside what its caller says. */
export interface InternalOptions extends CallOptions {
  credit?: number;
  isOfSession?: boolean;
  onProgress?: (value: unknown) => void;
}

/** One or several calls that went in one message. */
interface Exchange {
  outgoing: Outgoing;
  isRepeatable: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  stopListening: (() => void) | undefined;
  openCount: number;
}

interface Pending {
  exchange: Exchange;
  resolve(value: unknown): void;
  reject(error: Error): void;
  onProgress: ((value: unknown) => void) | undefined;
}

/** The calls that have no answer yet. No I/O but the timers of deadlines. */
export class CallTable {
  readonly #sender: Sender;
  readonly #defaultTimeoutMs: number;
  // No Map: one that always changes leaves tables behind, each of which keeps the next and its calls until a full
  // collection of garbage.
  readonly #pending = Object.create(null) as Record<number, Pending>;
  #lastId = 0;

  constructor(sender: Sender, defaultTimeoutMs: number) {
    this.#sender = sender;
    this.#defaultTimeoutMs = defaultTimeoutMs;
  }

  /** The id of the call and its outcome. */
  call(method: string, params: unknown, options: InternalOptions = {}): { id: number; outcome: Promise<unknown> } {
    const id = ++this.#lastId;
    const outcome = new Promise<unknown>((resolve, reject) =>
      this.#start(id, method, params, options, resolve, reject),
    );
    return { id, outcome };
  }

  /** The same, whose outcome is told before anything that the server sends after it. */
  request(method: string, params: unknown, resolve: (result: unknown) => void, reject: (error: Error) => void): void {
    const options = { isOfSession: true, timeoutMs: 0 };
    this.#start(++this.#lastId, method, params, options, resolve, reject);
  }

  #start(
    id: number,
    method: string,
    params: unknown,
    options: InternalOptions,
    resolve: (result: unknown) => void,
    reject: (error: Error) => void,
  ): void {
    const message = { jsonrpc: "2.0" as const, id, method, params: withMeta(params, options) };
    const exchange = this.#begin([id], message, options);
    this.#pending[id] = { exchange, resolve, reject, onProgress: options.onProgress };
    this.#send(exchange, [id]);
  }

  /** Several calls in one message. */
  async batch(calls: readonly BatchCall[], options: CallOptions = {}): Promise<BatchOutcome[]> {
    if (calls.length === 0) return [];
    const ids = calls.map(() => ++this.#lastId);
    const message = calls.map(({ method, params }, index) => ({
      jsonrpc: "2.0" as const,
      id: ids[index] as number,
      method,
      params: withMeta(params, { ...options, idempotencyKey: undefined }),
    }));
    const exchange = this.#begin(ids, message, options);
    const outcomes = ids.map(
      (id) =>
        new Promise((resolve, reject) => {
          this.#pending[id] = { exchange, resolve, reject, onProgress: undefined };
        }),
    );
    const settled = Promise.allSettled(outcomes);
    this.#send(exchange, ids);
    const all = await settled;
    const failed = all.find((one) => one.status === "rejected" && !(one.reason instanceof RpcError));
    if (failed?.status === "rejected") throw failed.reason; // ended by its signal, its time, or the client
    return all as BatchOutcome[];
  }

  notify(method: string, params: unknown, isOfSession = false): void {
    this.#sender.send(this.#outgoing(notification(method, params), 0, isOfSession));
  }

  /** Answers a request of the server's. */
  answer(response: Response): void {
    this.#sender.send(this.#outgoing(response, 0, true));
  }

  #outgoing(message: Message, exchange: number, isOfSession: boolean): Outgoing {
    const data = this.#sender.encode(message);
    return { data, sizeBytes: sizeOf(data), exchange, isOfSession, mayHaveArrived: false };
  }

  #begin(ids: number[], message: Message, options: InternalOptions): Exchange {
    if (options.signal?.aborted) throw aborted(options.signal);
    const exchange: Exchange = {
      outgoing: this.#outgoing(message, ids[0] as number, options.isOfSession ?? false),
      isRepeatable: options.idempotencyKey !== undefined,
      openCount: ids.length,
      timer: undefined,
      stopListening: undefined,
    };
    const timeoutMs = options.timeoutMs ?? (options.onProgress ? 0 : this.#defaultTimeoutMs);
    if (timeoutMs > 0 && timeoutMs < 2 ** 31) {
      exchange.timer = setTimeout(() => this.#giveUp(ids, new TimeoutError(`no answer in ${timeoutMs} ms`)), timeoutMs);
    }
    const { signal } = options;
    if (signal) {
      const onAbort = () => this.#giveUp(ids, aborted(signal));
      signal.addEventListener("abort", onAbort);
      exchange.stopListening = () => signal.removeEventListener("abort", onAbort);
    }
    return exchange;
  }

  #send(exchange: Exchange, ids: number[]): void {
    try {
      this.#sender.send(exchange.outgoing);
    } catch (error) {
      for (const id of ids) this.#take(id)?.reject(error as Error);
    }
  }

  #giveUp(ids: number[], error: Error): void {
    const isWritten = !this.#sender.withdraw(ids[0] as number);
    for (const id of ids) {
      const pending = this.#take(id);
      if (!pending) continue;
      if (isWritten) this.notify("$/cancelRequest", { id }, true);
      pending.reject(error);
    }
  }

  #take(id: Id): Pending | undefined {
    const pending = this.#pending[id as number];
    if (!pending) return undefined;
    delete this.#pending[id as number];
    const { exchange } = pending;
    if (--exchange.openCount === 0) {
      if (exchange.timer !== undefined) clearTimeout(exchange.timer);
      exchange.stopListening?.();
    }
    return pending;
  }

  takeResponse(response: Response): void {
    const pending = this.#take(response.id);
    if (!pending) return; // to a call that was given up
    const { error } = response;
    if (!error) return pending.resolve(response.result);
    const told = RpcError.from(error);
    pending.reject(told.kind === "deadline_exceeded" ? new TimeoutError(told.message, { cause: told }) : told);
  }

  takeProgress(params: unknown): void {
    if (isObject(params)) this.#pending[params["token"] as number]?.onProgress?.(params["value"]);
  }

  /** The session was lost: what may have arrived is unknown or repeated, what never did is sent in the next. */
  onLost(reason: string): void {
    const repeated = new Set<Exchange>();
    for (const [id, { exchange }] of Object.entries(this.#pending)) {
      if (exchange.isRepeatable) repeated.add(exchange);
      else if (exchange.outgoing.mayHaveArrived || exchange.outgoing.isOfSession) {
        this.#take(id)?.reject(outcomeUnknown(reason));
      }
    }
    for (const exchange of repeated) {
      if (!exchange.outgoing.mayHaveArrived) continue;
      exchange.outgoing = { ...exchange.outgoing, mayHaveArrived: false };
      this.#sender.send(exchange.outgoing);
    }
  }

  /** The message that made these calls can't be sent. */
  refuse(exchange: number, error: Error): void {
    for (const [id, pending] of Object.entries(this.#pending)) {
      if (pending.exchange.outgoing.exchange === exchange) this.#take(id)?.reject(error);
    }
  }

  failAll(error: Error): void {
    for (const id in this.#pending) this.#take(id)?.reject(error);
  }

  /** Calls that were certainly never written fail; subscriptions and those with a key go on waiting. */
  failUnwritten(error: Error): void {
    for (const [id, { exchange }] of Object.entries(this.#pending)) {
      const { mayHaveArrived, isOfSession } = exchange.outgoing;
      if (mayHaveArrived || isOfSession || exchange.isRepeatable) continue;
      this.#sender.withdraw(exchange.outgoing.exchange);
      this.#take(id)?.reject(error);
    }
  }
}

function aborted(signal: AbortSignal): AbortError {
  return new AbortError("the call was aborted", { cause: signal.reason as unknown });
}

/** The params with what the call tells the protocol. */
function withMeta(params: unknown, options: InternalOptions): unknown {
  const { timeoutMs, idempotencyKey, format, credit } = options;
  if (!timeoutMs && !idempotencyKey && !format && !credit) return params;
  const meta: JsonObject = {};
  if (timeoutMs) meta["timeoutMs"] = Math.ceil(timeoutMs);
  if (idempotencyKey) meta["idempotencyKey"] = idempotencyKey === true ? randomKey() : idempotencyKey;
  if (format) meta["format"] = format;
  if (credit) meta["credit"] = credit;
  if (params === undefined) return { _meta: meta };
  if (isObject(params)) return { ...params, _meta: { ...(params["_meta"] as JsonObject | undefined), ...meta } };
  if (idempotencyKey) throw new TypeError("an idempotency key needs params by name");
  return params; // by position: the deadline is kept on this side
}

function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
