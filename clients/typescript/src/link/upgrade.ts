import type { Connection } from "../transports/connection.js";

const firstDelayMs = 5000;
const longestDelayMs = 5 * 60 * 1000;
const attemptTimeoutMs = 10_000;

export interface UpgradeOptions {
  /** Begins an attempt; undefined where there is nothing to prove. */
  start(): Promise<Connection | undefined>;
  isWanted(): boolean;
}

/** Tries better transports again while a worse one serves: every 5 s with jitter, slower after many failures. */
export class Upgrade {
  readonly #options: UpgradeOptions;
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = firstDelayMs;
  #attemptCount = 0; // one that was stopped while it began ends

  constructor(options: UpgradeOptions) {
    this.#options = options;
  }

  has(connection: Connection): boolean {
    return this.#connection === connection;
  }

  keepTrying(): void {
    if (this.#connection) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#try(), this.#delayMs * (0.75 + Math.random() / 2));
    this.#delayMs = Math.min(this.#delayMs * 1.3, longestDelayMs);
  }

  async #try(): Promise<void> {
    if (!this.#options.isWanted()) return;
    const attempt = ++this.#attemptCount;
    let connection: Connection | undefined;
    try {
      connection = await this.#options.start();
    } catch {
      return this.keepTrying();
    }
    if (attempt !== this.#attemptCount) return connection?.abandon();
    this.#connection = connection;
    if (this.#connection) this.#timer = setTimeout(() => this.fail(), attemptTimeoutMs);
  }

  fail(): void {
    this.#connection?.abandon();
    this.#connection = undefined;
    this.keepTrying();
  }

  /** Ends it. A connection that works is kept, and is not the upgrade's any more. */
  stop(what: "drop" | "keep" = "drop"): void {
    clearTimeout(this.#timer);
    ++this.#attemptCount;
    if (what === "drop") this.#connection?.abandon();
    this.#connection = undefined;
    this.#delayMs = firstDelayMs;
  }
}
