/** First in, first out, without moving what waits. */
export class Queue<T> {
  #items: T[] = [];
  #head = 0;

  get size(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  at(index: number): T | undefined {
    return this.#items[this.#head + index];
  }

  shift(): T | undefined {
    if (this.#head === this.#items.length) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined as T;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  some(matches: (item: T) => boolean): boolean {
    for (let at = this.#head; at < this.#items.length; ++at) {
      if (matches(this.#items[at] as T)) return true;
    }
    return false;
  }

  /** Takes out the first that `matches`. */
  takeFirst(matches: (item: T) => boolean): T | undefined {
    if (this.size > 0 && matches(this.#items[this.#head] as T)) return this.shift();
    const at = this.#items.findIndex((item, index) => index > this.#head && matches(item));
    return at < 0 ? undefined : this.#items.splice(at, 1)[0];
  }

  /** Takes out all that `matches`; how many those were. */
  remove(matches: (item: T) => boolean): number {
    const before = this.size;
    this.#items = this.#items.slice(this.#head).filter((item) => !matches(item));
    this.#head = 0;
    return before - this.size;
  }

  takeAll(): T[] {
    const all = this.#items.slice(this.#head);
    this.#items = [];
    this.#head = 0;
    return all;
  }
}
