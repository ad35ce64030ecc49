import type { UntypedClient } from "../client.js";
import { RpcError } from "../errors.js";
import type { StreamOptions, SubscribeOptions } from "../rpc/types.js";
import { receiveError, sendBatch, sendError, sendState, type FromTab, type Outcome, type ToTab } from "./messages.js";

/** Values that may be on their way to a tab until it asks for more. */
export const windowCount = 64;

/** What a tab has begun. */
interface Work {
  stop(): void;
  more(count: number): void;
}

interface Tab {
  post(message: ToTab): void;
  works: Map<number, Work>;
}

/**
 * Serves the tabs that share one client. Each tab's calls, streams and subscriptions are its own; a tab that is gone
 * leaves nothing behind. A method that the server calls is answered by the tab that took it last.
 */
export class Host {
  readonly #client: UntypedClient;
  readonly #name: string;
  readonly #tabs = new Map<string, Tab>();
  readonly #handledBy = new Map<string, Tab[]>();
  readonly #asked = new Map<number, (outcome: Outcome) => void>();
  #askedCount = 0;

  /** `createClient` gets a function that asks a tab for a token. */
  constructor(
    name: string,
    createClient: (
      askToken: (reason: "connect" | "expired" | "refused") => Promise<string | undefined>,
    ) => UntypedClient,
  ) {
    this.#name = name;
    this.#client = createClient((reason) => this.#askToken(reason));
    this.#client.on("state", (state) => this.#postAll({ kind: "state", state: sendState(state) }));
    this.#client.on("lost", ({ reason }) => this.#postAll({ kind: "lost", reason }));
  }

  get tabCount(): number {
    return this.#tabs.size;
  }

  /** A tab says that it is there; it may do so again. */
  add(id: string, post: (message: ToTab) => void): void {
    if (!this.#tabs.has(id)) this.#tabs.set(id, { post, works: new Map() });
    post({ kind: "welcome", host: this.#name, state: sendState(this.#client.state) });
  }

  remove(id: string): void {
    const tab = this.#tabs.get(id);
    if (!tab) return;
    this.#tabs.delete(id);
    for (const work of tab.works.values()) work.stop();
    for (const method of [...this.#handledBy.keys()]) this.#unhandle(tab, method);
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #postAll(message: ToTab): void {
    for (const tab of this.#tabs.values()) tab.post(message);
  }

  take(id: string, message: FromTab): void {
    const tab = this.#tabs.get(id);
    if (!tab) return;
    switch (message.kind) {
      case "call":
        return this.#settle(tab, message.n, (signal) =>
          this.#client.call(message.method, message.params, { ...message.options, signal }),
        );
      case "batch":
        return this.#settle(tab, message.n, async (signal) =>
          sendBatch(await this.#client.batch(message.calls, { ...message.options, signal })),
        );
      case "stream":
        return this.#stream(tab, message.n, message.method, message.params, message.options);
      case "subscribe":
        return this.#subscribe(tab, message.n, message.topic, message.options);
      case "more":
        return tab.works.get(message.n)?.more(message.count);
      case "stop":
        return tab.works.get(message.n)?.stop();
      case "notify":
        return this.#client.notify(message.method, message.params);
      case "handle":
        return message.isHandled ? this.#handle(tab, message.method) : this.#unhandle(tab, message.method);
      case "answer":
      case "token":
        return this.#asked.get(message.n)?.(message.outcome);
    }
  }

  #settle(tab: Tab, n: number, run: (signal: AbortSignal) => Promise<unknown>): void {
    const control = new AbortController();
    tab.works.set(n, { stop: () => control.abort(), more: () => {} });
    void outcomeOf(run(control.signal)).then((outcome) => {
      tab.works.delete(n);
      tab.post({ kind: "settled", n, outcome });
    });
  }

  #stream(tab: Tab, n: number, method: string, params: unknown, options: StreamOptions): void {
    const stream = this.#client.stream(method, params, options);
    this.#carry(tab, n, stream, () => stream.result);
    stream.result.catch(() => {}); // carried too
  }

  #subscribe(tab: Tab, n: number, topic: string, options: SubscribeOptions): void {
    const events = this.#client.subscribe(topic, options);
    void outcomeOf(events.ready).then((outcome) => tab.post({ kind: "began", n, outcome }));
    this.#carry(tab, n, events, () => Promise.resolve());
  }

  /** Hands on values as far as the tab has room for them. */
  #carry(tab: Tab, n: number, values: AsyncIterableIterator<unknown>, result: () => Promise<unknown>): void {
    let room = windowCount;
    let wake: (() => void) | undefined;
    tab.works.set(n, {
      stop: () => {
        void values.return?.();
        wake?.();
      },
      more: (count) => {
        room += count;
        wake?.();
      },
    });
    const run = async () => {
      for await (const value of values) {
        tab.post({ kind: "value", n, value });
        if (--room === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
      return result();
    };
    void outcomeOf(run()).then((outcome) => {
      tab.works.delete(n);
      tab.post({ kind: "settled", n, outcome });
    });
  }

  #handle(tab: Tab, method: string): void {
    const tabs = this.#handledBy.get(method) ?? [];
    this.#handledBy.set(method, [...tabs.filter((other) => other !== tab), tab]);
    this.#client.handle(method, (params, { signal }) => {
      const handler = this.#handledBy.get(method)?.at(-1);
      if (!handler) throw new RpcError(-32601, `no method ${method} here`, { kind: "method_not_found" });
      return this.#ask(handler, (n) => ({ kind: "asked", n, method, params }), signal);
    });
  }

  #unhandle(tab: Tab, method: string): void {
    const tabs = this.#handledBy.get(method);
    if (tabs)
      this.#handledBy.set(
        method,
        tabs.filter((other) => other !== tab),
      );
  }

  #ask(tab: Tab, message: (n: number) => ToTab, signal?: AbortSignal): Promise<unknown> {
    const n = ++this.#askedCount;
    return new Promise((resolve, reject) => {
      const settle = (outcome: Outcome) => {
        this.#asked.delete(n);
        tab.works.delete(-n);
        if ("error" in outcome) reject(receiveError(outcome.error));
        else resolve(outcome.value);
      };
      const gone = new RpcError(-32029, "the tab that was asked is gone", { kind: "unavailable" });
      this.#asked.set(n, settle);
      tab.works.set(-n, { stop: () => settle({ error: sendError(gone) }), more: () => {} });
      signal?.addEventListener("abort", () => tab.post({ kind: "cancelled", n }));
      tab.post(message(n));
    });
  }

  async #askToken(reason: "connect" | "expired" | "refused"): Promise<string | undefined> {
    const [tab] = [...this.#tabs.values()].slice(-1);
    if (!tab) throw new Error("no tab is there to ask for a token");
    return (await this.#ask(tab, (n) => ({ kind: "needsToken", n, reason }))) as string | undefined;
  }
}

export async function outcomeOf(promise: Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await promise };
  } catch (error) {
    return { error: sendError(error) };
  }
}
