import { json, msgpack } from "../../lib/codecs.js";
import { clientIdentity, type PageConnection } from "../../lib/page-connection.svelte.js";
import { postCall } from "../../lib/post-call.js";
import { connect, RpcError, type AnyMethods, type AnyTopics, type Client, type TransportName } from "../../lib/sidewire.js";

/** How a call is made: over the page's own session, one of its own, or one request. */
export type Way = "page" | TransportName | "post";

export interface CallOrder {
  method: string;
  params: unknown;
  isStream: boolean;
  way: Way;
  format: "json" | "msgpack";
  /** 0 for never. */
  timeoutMs: number;
}

/** An item of a stream; the first is 1. */
export interface StreamItem {
  key: number;
  value: unknown;
}

const maxItems = 500;
const flushMs = 100;

/** One call and what came of it. */
export class CallRun {
  readonly order: CallOrder;
  phase: "connecting" | "running" | "done" | "failed" | "cancelled" = $state("connecting");
  result: unknown = $state.raw();
  error: Error | undefined = $state.raw();
  /** The last items of a stream, and how many there were; told ten times a second. */
  items: StreamItem[] = $state.raw([]);
  itemCount = $state(0);
  connectMs: number | undefined = $state();
  tookMs: number | undefined = $state();
  readonly #stop = new AbortController();
  #waiting: StreamItem[] = [];
  #takenCount = 0;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(order: CallOrder) {
    this.order = order;
  }

  get isRunning(): boolean {
    return this.phase === "connecting" || this.phase === "running";
  }

  cancel(): void {
    this.#stop.abort();
  }

  async run(page: PageConnection): Promise<void> {
    const { signal } = this.#stop;
    let startMs = performance.now();
    const begin = () => {
      startMs = performance.now();
      this.phase = "running";
    };
    try {
      const { way } = this.order;
      if (way === "page") begin();
      if (way === "page") this.result = await this.#over(page.rpc, signal);
      else if (way === "post") this.result = await this.#post(page, begin);
      else this.result = await this.#withOwnSession(page, way, begin);
      this.phase = "done";
    } catch (error) {
      this.error = error as Error;
      this.phase = signal.aborted ? "cancelled" : "failed";
    }
    this.tookMs = performance.now() - startMs;
  }

  async #over(rpc: Client<AnyMethods, AnyTopics>, signal: AbortSignal): Promise<unknown> {
    const { method, params, isStream, timeoutMs, way, format } = this.order;
    const options = { signal, timeoutMs, ...(way === "page" && format === "msgpack" ? { format } : {}) };
    if (!isStream) return rpc.call(method, params, options);
    const stream = rpc.stream(method, params, options);
    stream.result.catch(() => {}); // the loop tells it
    for await (const item of stream) this.#take(item);
    return stream.result;
  }

  #take(item: unknown): void {
    this.#waiting.push({ key: ++this.#takenCount, value: item });
    if (this.#waiting.length > maxItems) this.#waiting.shift();
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      this.itemCount = this.#takenCount;
      this.items = [...this.items, ...this.#waiting].slice(-maxItems);
      this.#waiting = [];
    }, flushMs);
  }

  #post(page: PageConnection, begin: () => void): Promise<unknown> {
    const { baseUrl, token } = page;
    const { timeoutMs } = this.order;
    const timeout = timeoutMs > 0 ? [AbortSignal.timeout(timeoutMs)] : [];
    const caller = page.traffic.numberCaller();
    begin();
    return postCall({
      ...this.order,
      baseUrl,
      token,
      signal: AbortSignal.any([this.#stop.signal, ...timeout]),
      fetch: (input, init) => fetch(input, init),
      onTraffic: (traffic) => page.traffic.add(caller, traffic, Date.now()),
      onItem: (item) => this.#take(item),
    });
  }

  async #withOwnSession(page: PageConnection, transport: TransportName, begin: () => void): Promise<unknown> {
    const { baseUrl, token } = page;
    const { format } = this.order;
    const openedMs = performance.now();
    const limits = { limitMs: 5000 };
    const rpc = connect({
      url: baseUrl, token, json, msgpack, format, transports: [transport], client: clientIdentity, reconnect: limits,
    });
    const caller = page.traffic.numberCaller();
    rpc.on("traffic", (traffic) => page.traffic.add(caller, traffic, Date.now()));
    try {
      await rpc.call("rpc.ping", undefined, { signal: this.#stop.signal });
      this.connectMs = performance.now() - openedMs;
      begin();
      return await this.#over(rpc, this.#stop.signal);
    } finally {
      void rpc.close();
    }
  }
}

/** What an error says beside its message. */
export function errorFacts(error: Error): { name: string; value: string }[] {
  if (!(error instanceof RpcError)) return [{ name: "kind", value: error.name }];
  const { pointer, limit, retryAfterMs } = error.data;
  const facts: [string, unknown][] = [
    ["kind", error.kind],
    ["code", error.code],
    ["pointer", pointer],
    ["limit", limit],
    ["retry after", retryAfterMs === undefined ? undefined : `${retryAfterMs} ms`],
    ["retryable", error.retryable ? "yes" : "no"],
  ];
  return facts.filter(([, value]) => value !== undefined).map(([name, value]) => ({ name, value: String(value) }));
}
