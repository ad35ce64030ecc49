/** What happens when a reader is slower than what comes. */
export type Overflow<T> = (items: T[], added: T) => void;

/**
 * What arrives for an async iteration, until somebody takes it. One reader. `onOverflow` makes room when more than
 * `maxCount` items wait; `onTaken` hears of each that is read, `onLeft` once when the reader stops early.
 */
export class AsyncBuffer<T, R = void> implements AsyncIterableIterator<T, R, void> {
  #items: T[] = [];
  #waiting: { resolve: (step: IteratorResult<T, R>) => void; reject: (error: unknown) => void } | undefined;
  #end: { result: R } | { error: unknown } | undefined;
  readonly #maxCount: number;
  readonly #onOverflow: Overflow<T>;
  readonly #onTaken: () => void;
  readonly #onLeft: () => void;

  constructor(options: { maxCount: number; onOverflow?: Overflow<T>; onTaken?: () => void; onLeft?: () => void }) {
    this.#maxCount = options.maxCount;
    this.#onOverflow = options.onOverflow ?? ((items) => items.shift());
    this.#onTaken = options.onTaken ?? (() => {});
    this.#onLeft = options.onLeft ?? (() => {});
  }

  push(item: T): void {
    if (this.#end) return;
    if (this.#waiting) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ done: false, value: item });
      return this.#onTaken();
    }
    this.#items.push(item);
    if (this.#items.length > this.#maxCount) this.#onOverflow(this.#items, item);
  }

  /** Ends the iteration once what waits was read. */
  finish(result: R): void {
    this.#close({ result });
  }
  fail(error: unknown): void {
    this.#close({ error });
  }

  #close(end: { result: R } | { error: unknown }): void {
    if (this.#end) return;
    this.#end = end;
    if (!this.#waiting) return;
    const { resolve, reject } = this.#waiting;
    this.#waiting = undefined;
    if ("error" in end) reject(end.error);
    else resolve({ done: true, value: end.result });
  }

  next(): Promise<IteratorResult<T, R>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift() as T;
      this.#onTaken();
      return Promise.resolve({ done: false, value });
    }
    if (this.#end) {
      if ("result" in this.#end) return Promise.resolve({ done: true, value: this.#end.result });
      const { error } = this.#end;
      this.#end = { result: undefined as R }; // an error is told once
      return Promise.reject(error as Error);
    }
    if (this.#waiting) return Promise.reject(new TypeError("one reader at a time: await next() before the following"));
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  return(value?: R | PromiseLike<R>): Promise<IteratorResult<T, R>> {
    this.#items = [];
    if (!this.#end) {
      this.#close({ result: undefined as R });
      this.#onLeft();
    }
    return Promise.resolve(value as R).then((result) => ({ done: true, value: result }));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
