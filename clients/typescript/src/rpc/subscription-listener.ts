import { AsyncBuffer } from "../buffer.js";
import { RpcError } from "../errors.js";
import { fitsPattern, isPattern } from "../topic-pattern.js";
import type { SubscribeOptions, Subscribed, Subscription, TopicEvent, TopicPosition } from "./types.js";

const defaultMaxCount = 1000;

/** What the server tells of one topic when it begins a subscription. */
export interface ToldTopic {
  topic: string;
  epoch: string;
  offset: number;
}

/** One reader of a subscription: where it is in each topic, and what waits for it. */
export class Listener {
  readonly pattern: string;
  readonly options: SubscribeOptions;
  readonly buffer: AsyncBuffer<TopicEvent>;
  /** The last event of each topic that it had, or does not want. */
  readonly at = new Map<string, TopicPosition>();
  readonly ready: Promise<Subscribed>;
  hasBegun = false;
  #resolve!: (told: Subscribed) => void;
  #reject!: (error: Error) => void;
  readonly #missed = new Map<string, number | null>();

  constructor(pattern: string, options: SubscribeOptions, onLeft: () => void) {
    this.pattern = pattern;
    this.options = options;
    this.buffer = new AsyncBuffer<TopicEvent>({
      maxCount: options.buffer ?? defaultMaxCount,
      onOverflow: (items, added) => this.#makeRoom(items, added, onLeft),
      onLeft,
    });
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => {}); // who only iterates hears of it there
    const { since } = options;
    if (typeof since === "object" && !isPattern(pattern)) this.at.set(pattern, { ...(since as TopicPosition) });
    else if (typeof since === "object") for (const [topic, at] of Object.entries(since)) this.at.set(topic, { ...at });
  }

  fits(topic: string): boolean {
    return fitsPattern(this.pattern, topic);
  }

  /** The server has begun it, or begun it again in a fresh session. */
  begin(told: Subscribed, topics: readonly ToldTopic[]): void {
    this.hasBegun = true;
    for (const { topic, epoch, offset } of topics) {
      const at = this.at.get(topic);
      if (at?.epoch === epoch) this.skip(topic, offset);
      else {
        if (at) this.#missed.set(topic, null);
        this.at.set(topic, { epoch, offset });
      }
    }
    this.#resolve(told);
  }

  /** Everything up to this offset does not come. */
  skip(topic: string, to: number): void {
    const at = this.at.get(topic);
    if (!at || to <= at.offset) return;
    const missed = this.#missed.get(topic) ?? 0;
    this.#missed.set(topic, this.#missed.get(topic) === null ? null : missed + to - at.offset);
    at.offset = to;
  }

  /** The store of the topic was lost; it counts from the beginning. */
  restart(topic: string, epoch: string): void {
    if (this.at.get(topic)?.epoch === epoch) return;
    this.at.set(topic, { epoch, offset: 0 });
    this.#missed.set(topic, null);
  }

  /** Takes an event, unless it had it. */
  take(event: Omit<TopicEvent, "missed">): void {
    const { topic, offset, epoch } = event;
    const at = this.at.get(topic);
    if (at && at.epoch === epoch && offset <= at.offset) return;
    this.at.set(topic, { epoch, offset });
    const missed = this.#missed.get(topic);
    this.#missed.delete(topic);
    this.buffer.push({ ...event, missed: missed === undefined ? 0 : missed });
  }

  fail(error: Error): void {
    this.#reject(error);
    this.buffer.fail(error);
  }

  #makeRoom(items: TopicEvent[], added: TopicEvent, onLeft: () => void): void {
    const policy = this.options.policy ?? "dropOldest";
    if (policy === "disconnect") {
      items.pop();
      this.fail(new RpcError(-32024, "the reader of the subscription is too slow", { kind: "limit_exceeded" }));
      return onLeft();
    }
    const older = policy === "latest" ? items.findIndex(({ topic }) => topic === added.topic) : 0;
    const [dropped] = items.splice(older === items.length - 1 ? 0 : older, 1);
    const heir = items.find(({ topic }) => topic === dropped?.topic);
    const isUnknown = dropped?.missed === null || heir?.missed === null;
    if (heir && dropped) heir.missed = isUnknown ? null : (heir.missed ?? 0) + (dropped.missed ?? 0) + 1;
    else if (dropped) this.#missed.set(dropped.topic, dropped.missed === null ? null : dropped.missed + 1);
  }

  /** What a program gets of it. */
  asSubscription(): Subscription<TopicEvent> {
    return Object.assign(this.buffer, { ready: this.ready, unsubscribe: () => void this.buffer.return() });
  }
}
