import { counted } from "../../lib/format.js";
import { isObject } from "../../lib/messages.js";
import type { PageConnection } from "../../lib/page-connection.svelte.js";
import type { SubscribeOptions, Subscribed, TopicEvent, TopicPosition } from "../../lib/sidewire.js";

export interface WatchOptions {
  since: "new" | "first" | TopicPosition;
  policy: NonNullable<SubscribeOptions["policy"]>;
  /** Undefined: the server's own. */
  buffer: number | undefined;
  delta: boolean;
}

/** A line of what came: an event, or what is to be said between two. */
export type WatchRow = { key: number; atMs: number } & (
  | { kind: "event"; event: TopicEvent }
  | { kind: "note"; text: string }
);

const maxRows = 1000;
const flushMs = 100;
const rateWindowMs = 5000;
const maxMeasuredTopics = 20;

/** A subscription that somebody looks at. */
export class TopicWatch {
  readonly topic: string;
  readonly options: WatchOptions;
  phase: "subscribing" | "live" | "failed" | "ended" = $state("subscribing");
  problem: string | undefined = $state();
  rows: WatchRow[] = $state.raw([]);
  isPaused = $state(false);
  eventCount = $state(0);
  missedCount = $state(0);
  perSecond = $state(0);
  /** How many events the server has that did not come yet. */
  lag: number | undefined = $state();
  readonly #connection: PageConnection;
  readonly #stop = new AbortController();
  readonly #positions = new Map<string, TopicPosition>();
  #waiting: WatchRow[] = [];
  #arrivals: number[] = [];
  #key = 0;
  #flushTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #rateTimer: ReturnType<typeof setInterval>;

  constructor(connection: PageConnection, topic: string, options: WatchOptions) {
    this.topic = topic;
    this.options = options;
    this.#connection = connection;
    this.#rateTimer = setInterval(() => this.#count(), 1000);
    void this.#run();
  }

  get isRunning(): boolean {
    return this.phase === "subscribing" || this.phase === "live";
  }

  stop(): void {
    this.#stop.abort();
    clearInterval(this.#rateTimer);
  }

  clear(): void {
    this.rows = [];
    this.#waiting = [];
  }

  async #run(): Promise<void> {
    const { since, policy, buffer, delta } = this.options;
    const options = { since, policy, delta, signal: this.#stop.signal, ...(buffer === undefined ? {} : { buffer }) };
    const events = this.#connection.rpc.subscribe(this.topic, options);
    events.ready.then(
      (told) => this.#begin(told),
      () => {}, // the loop tells it
    );
    try {
      for await (const event of events) this.#take(event);
      this.phase = "ended";
    } catch (error) {
      this.phase = "failed";
      this.problem = (error as Error).message;
    }
    clearInterval(this.#rateTimer);
    this.perSecond = 0;
    this.lag = undefined;
  }

  #begin({ recovered, missed }: Subscribed): void {
    this.phase = "live";
    if (!recovered) this.#note(`The history no longer reaches back so far: ${counted(missed, "event")} missed.`);
  }

  #take(event: TopicEvent): void {
    const { topic, epoch, offset, missed } = event;
    this.#positions.set(topic, { epoch, offset });
    this.eventCount += 1;
    this.#arrivals.push(performance.now());
    if (missed === null) this.#note(`${topic} began anew: what was missed is not known.`);
    else if (missed > 0) {
      this.missedCount += missed;
      this.#note(`${counted(missed, "event")} of ${topic} missed here: too slow, or no longer kept.`);
    }
    this.#add({ key: ++this.#key, atMs: Date.now(), kind: "event", event });
  }

  #note(text: string): void {
    this.#add({ key: ++this.#key, atMs: Date.now(), kind: "note", text });
  }

  #add(row: WatchRow): void {
    if (this.isPaused) return;
    this.#waiting.push(row);
    if (this.#waiting.length > maxRows) this.#waiting.shift();
    this.#flushTimer ??= setTimeout(() => {
      this.#flushTimer = undefined;
      this.rows = [...this.rows, ...this.#waiting].slice(-maxRows);
      this.#waiting = [];
    }, flushMs);
  }

  #count(): void {
    const since = performance.now() - rateWindowMs;
    const first = this.#arrivals.findIndex((atMs) => atMs >= since);
    this.#arrivals = first < 0 ? [] : this.#arrivals.slice(first);
    this.perSecond = this.#arrivals.length / (rateWindowMs / 1000);
  }

  /** Asks the server how far it is. */
  async measure(): Promise<void> {
    if (this.phase !== "live" || !this.#connection.isOpen) return;
    const known = [...this.#positions].slice(-maxMeasuredTopics);
    if (known.length === 0) return;
    try {
      const behind = await Promise.all(known.map(([topic]) => this.#behind(topic)));
      this.lag = behind.reduce((total, count) => total + count, 0);
    } catch {
      this.lag = undefined; // the right to read the history may be missing
    }
  }

  async #behind(topic: string): Promise<number> {
    const told = await this.#connection.ask("topic.history", { topic, limit: 0 });
    const at = this.#positions.get(topic); // after the answer: what came meanwhile is no lag
    if (!isObject(told) || !at || told["epoch"] !== at.epoch) return 0;
    return Math.max(0, Number(told["offset"]) - at.offset);
  }
}

