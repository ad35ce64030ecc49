/**
 * How long to wait before each attempt: anything up to a bound that doubles with every failure, so that clients who
 * lost one server do not come back together ("full jitter").
 */
export class Backoff {
  readonly #firstMs: number;
  readonly #longestMs: number;
  readonly #random: () => number;
  #boundMs: number;

  constructor(firstMs: number, longestMs: number, random: () => number = Math.random) {
    this.#firstMs = this.#boundMs = firstMs;
    this.#longestMs = longestMs;
    this.#random = random;
  }

  next(): number {
    const bound = this.#boundMs;
    this.#boundMs = Math.min(2 * bound, this.#longestMs);
    return this.partOf(bound);
  }

  /** A random part of a time. */
  partOf(wholeMs: number): number {
    return wholeMs * this.#random();
  }

  /** An attempt has succeeded. */
  reset(): void {
    this.#boundMs = this.#firstMs;
  }
}
