import { RpcError } from "../errors.js";
import { applyMergePatch } from "../merge-patch.js";
import { isObject, type JsonObject } from "../messages.js";
import { isPattern } from "../topic-pattern.js";
import { Listener, type ToldTopic } from "./subscription-listener.js";
import type { SubscribeOptions, Subscribed, Subscription, TopicEvent, TopicPosition } from "./types.js";

/** Makes a call that means nothing in another session; what is told comes before anything that follows it. */
export type SessionCaller = (
  method: string,
  params: unknown,
  resolve: (result: unknown) => void,
  reject: (error: Error) => void,
) => void;

/** One subscription of the server's, and all who listen to it. */
interface Entry {
  topic: string;
  listeners: Set<Listener>;
  /** The last whole state of each topic that sends patches. */
  values: Map<string, { offset: number; value: unknown }>;
}

/**
 * A client's subscriptions: what each has had, what follows it, and what asks for the rest in a fresh session. Readers
 * of one topic share the server's subscription. No I/O: it makes its calls by a function.
 */
export class SubscriptionTable {
  readonly #call: SessionCaller;
  readonly #entries = new Map<string, Entry>();
  #generation = 0; // counts sessions: what is asked in one is not answered in another

  constructor(call: SessionCaller) {
    this.#call = call;
  }

  get size(): number {
    return this.#entries.size;
  }

  add(topic: string, options: SubscribeOptions = {}): Subscription<TopicEvent> {
    const listener = new Listener(topic, options, () => this.#remove(listener));
    const { signal } = options;
    if (signal?.aborted) {
      void listener.buffer.return();
      return listener.asSubscription();
    }
    signal?.addEventListener("abort", () => void listener.buffer.return(), { once: true });
    let entry = this.#entries.get(topic);
    if (!entry) this.#entries.set(topic, (entry = { topic, listeners: new Set(), values: new Map() }));
    entry.listeners.add(listener);
    this.#ask(entry, [listener], options.since);
    return listener.asSubscription();
  }

  #remove(listener: Listener): void {
    const entry = this.#entries.get(listener.pattern);
    if (!entry?.listeners.delete(listener) || entry.listeners.size > 0) return;
    this.#entries.delete(entry.topic);
    const ignore = () => {}; // where it fails its session is gone, and so is the subscription
    this.#call("topic.unsubscribe", { topic: entry.topic }, ignore, ignore);
  }

  #ask(entry: Entry, beginning: Listener[], since: SubscribeOptions["since"]): void {
    const { policy, buffer, delta } = (beginning[0] as Listener).options;
    const generation = this.#generation;
    this.#call(
      "topic.subscribe",
      { topic: entry.topic, since, policy, buffer, delta },
      (told) => {
        if (generation !== this.#generation) return;
        for (const listener of beginning) listener.begin(told as Subscribed, toldTopics(told));
      },
      (error) => {
        if (generation !== this.#generation) return; // asked again
        for (const listener of beginning) {
          entry.listeners.delete(listener);
          listener.fail(error);
        }
        if (entry.listeners.size === 0 && this.#entries.get(entry.topic) === entry) this.#entries.delete(entry.topic);
      },
    );
  }

  /** The session is a fresh one: subscribes again, from where each is. */
  renew(): void {
    ++this.#generation;
    for (const entry of this.#entries.values()) {
      entry.values.clear();
      const begun = [...entry.listeners].filter(({ hasBegun }) => hasBegun);
      if (begun.length > 0) this.#ask(entry, begun, earliest(entry.topic, begun));
      for (const listener of entry.listeners) {
        if (!listener.hasBegun) this.#ask(entry, [listener], listener.options.since);
      }
    }
  }

  /** The client has ended, and every subscription with it. */
  close(error: Error): void {
    ++this.#generation;
    for (const entry of this.#entries.values()) for (const listener of entry.listeners) listener.fail(error);
    this.#entries.clear();
  }

  /** Takes a notification. False where it belongs to no subscription. */
  take(method: string, params: unknown): boolean {
    if (!isObject(params)) return false;
    if (method === "topic.lagged") this.#takeLagged(params);
    else if (method === "topic.closed") this.#takeClosed(params);
    else if (isObject(params["_meta"]) && typeof params["_meta"]["topic"] === "string") {
      return this.#takePublication(method, params, params["_meta"]);
    } else return false;
    return true;
  }

  #listeners(topic: string): Listener[] {
    const all: Listener[] = [];
    for (const entry of this.#entries.values()) {
      for (const listener of entry.listeners) if (listener.hasBegun && listener.fits(topic)) all.push(listener);
    }
    return all;
  }

  #takePublication(method: string, params: JsonObject, meta: JsonObject): boolean {
    const { topic, offset, delta } = meta as { topic: string; offset: number; delta?: { base: number } };
    const listeners = this.#listeners(topic);
    if (listeners.length === 0) return this.#entries.size > 0;
    const { _meta, ...published } = params;
    const values = this.#entryWithValues(topic)?.values;
    let whole: unknown = published;
    if (delta) {
      const base = values?.get(topic);
      if (base?.offset !== delta.base) {
        for (const listener of listeners) listener.skip(topic, offset);
        return true;
      }
      whole = applyMergePatch(base.value, published);
    }
    values?.set(topic, { offset, value: whole });
    for (const listener of listeners) {
      const epoch = (meta["epoch"] as string | undefined) ?? listener.at.get(topic)?.epoch ?? "";
      listener.take({ topic, epoch, offset, method, params: whole });
    }
    return true;
  }

  /** The subscription whose state patches are upon. */
  #entryWithValues(topic: string): Entry | undefined {
    for (const entry of this.#entries.values()) {
      for (const listener of entry.listeners) if (listener.options.delta && listener.fits(topic)) return entry;
    }
    return undefined;
  }

  #takeLagged(told: JsonObject): void {
    const { topic, to, epoch } = told as { topic: string; to?: number; epoch?: string };
    for (const entry of this.#entries.values()) entry.values.delete(topic);
    for (const listener of this.#listeners(topic)) {
      if (epoch !== undefined) listener.restart(topic, epoch);
      else if (to !== undefined) listener.skip(topic, to);
    }
  }

  #takeClosed(told: JsonObject): void {
    const topic = String(told["topic"]);
    const reason = String(told["reason"]);
    const [code, kind] =
      reason === "forbidden"
        ? [-32022, reason]
        : reason === "slow"
          ? [-32024, "limit_exceeded"]
          : [-32029, "unavailable"];
    const error = new RpcError(code, `the server ended the subscription: ${reason}`, { kind });
    const entry = this.#entries.get(topic);
    this.#entries.delete(topic);
    for (const listener of entry?.listeners ?? []) listener.fail(error);
  }
}

function toldTopics(told: unknown): ToldTopic[] {
  if (!isObject(told)) return [];
  return (told["topics"] as ToldTopic[] | null | undefined) ?? [told as unknown as ToldTopic];
}

/** From where all of them have what they need. */
function earliest(topic: string, listeners: Listener[]): SubscribeOptions["since"] {
  const positions: Record<string, TopicPosition> = {};
  for (const listener of listeners) {
    for (const [name, at] of listener.at) {
      const before = positions[name];
      if (!before || at.epoch !== before.epoch || at.offset < before.offset) positions[name] = at;
    }
  }
  return isPattern(topic) ? positions : positions[topic];
}
