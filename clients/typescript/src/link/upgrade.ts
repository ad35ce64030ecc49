import type { Connection } from "../transports/connection.js";

const firstDelayMs = 5000;
const longestDelayMs = 5 * 60 * 1000;
const attemptTimeoutMs = 10_000;

export interface UpgradeOptions {
  /** Begins an attempt; undefined where there is nothing to prove. */
  start(): Connection | undefined;
  isWanted(): boolean;
}

/** Tries better transports again while a worse one serves: every 5 s with jitter, slower after many failures. */
export class Upgrade {
  readonly #options: UpgradeOptions;
  #connection: Connection | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #delayMs = firstDelayMs;

  constructor(options: UpgradeOptions) {
    this.#options = options;
  }

  has(connection: Connection): boolean {
    return this.#connection === connection;
  }

  keepTrying(): void {
    if (this.#connection) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#try(), this.#delayMs * (0.75 + Math.random() / 2));
    this.#delayMs = Math.min(this.#delayMs * 1.3, longestDelayMs);
  }

  #try(): void {
    if (!this.#options.isWanted()) return;
    try {
      this.#connection = this.#options.start();
    } catch {
      return this.keepTrying();
    }
    if (this.#connection) this.#timer = setTimeout(() => this.fail(), attemptTimeoutMs);
  }

  /** It works, and is not the upgrade's any more. */
  succeed(): void {
    this.#connection = undefined;
    this.#delayMs = firstDelayMs;
    clearTimeout(this.#timer);
  }

  fail(): void {
    this.#connection?.abandon();
    this.#connection = undefined;
    this.keepTrying();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#connection?.abandon();
    this.#connection = undefined;
  }
}
