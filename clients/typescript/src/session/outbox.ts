import { Queue } from "../queue.js";
import type { Outgoing } from "./types.js";

const maxGroupCount = 1000;

/** What one POST carries up. */
export interface Group {
  /** The number of the first message. */
  first: number;
  messages: Outgoing[];
  /** Those of them that were never written before. */
  fresh: Outgoing[];
  /** The session's own, which are not counted. */
  own: string[];
  received: number;
}

export interface OutboxOptions {
  /** What stands against a message's being written for the first time. */
  refusal(message: Outgoing): "later" | "never" | undefined;
  /** It is never written. */
  onRefused(message: Outgoing): void;
}

/**
 * What a client sends: what was never written, and what was and may have to be written again. Numbers what goes. Pure.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting = new Queue<Outgoing>(); // never written
  readonly #sent = new Queue<Outgoing>(); // numbers `#acknowledged` + 1 and on
  #acknowledged = 0;
  #cursor = 0; // so many of `#sent` are on this connection
  #keptBytes = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Bytes of all that waits or is not acknowledged. */
  get keptBytes(): number {
    return this.#keptBytes;
  }

  /** Whether there is anything to write, but for what is to wait. */
  get isDue(): boolean {
    return (
      this.#cursor < this.#sent.size || this.#waiting.some((message) => this.#options.refusal(message) !== "later")
    );
  }

  /** Takes a message, at any time, and in order. */
  add(message: Outgoing): void {
    this.#keptBytes += message.sizeBytes;
    this.#waiting.push(message);
  }

  /** Takes back what was never written. False where it was. */
  withdraw(exchange: number): boolean {
    return (
      this.#waiting.remove((message) => {
        if (message.exchange !== exchange) return false;
        this.#keptBytes -= message.sizeBytes;
        return true;
      }) > 0
    );
  }

  /** What was written and is not acknowledged is written again. */
  rewind(): void {
    this.#cursor = 0;
  }

  /** The next message to write; it counts as written. */
  next(): Outgoing | undefined {
    if (this.#cursor < this.#sent.size) return this.#sent.at(this.#cursor++);
    const message = this.#takeWaiting();
    if (!message) return undefined;
    message.mayHaveArrived = true;
    this.#sent.push(message);
    ++this.#cursor;
    return message;
  }

  #takeWaiting(): Outgoing | undefined {
    for (;;) {
      const message = this.#waiting.takeFirst((waiting) => this.#options.refusal(waiting) !== "later");
      if (!message || this.#options.refusal(message) === undefined) return message;
      this.#keptBytes -= message.sizeBytes;
      this.#options.onRefused(message);
    }
  }

  /** The next messages to write in one POST: of at most so many bytes, unless the first alone has more. */
  nextGroup(maxBytes: number): Pick<Group, "first" | "messages" | "fresh"> {
    const group = { first: this.#acknowledged + this.#cursor + 1, messages: [] as Outgoing[], fresh: [] as Outgoing[] };
    for (let bytes = 0; bytes < maxBytes && group.messages.length < maxGroupCount;) {
      const isAgain = this.#cursor < this.#sent.size;
      const following = isAgain ? this.#sent.at(this.#cursor) : this.#waiting.at(0);
      bytes += following?.sizeBytes ?? 0;
      if (bytes > maxBytes && group.messages.length > 0) break;
      const message = this.next();
      if (!message) break;
      group.messages.push(message);
      if (!isAgain) group.fresh.push(message);
    }
    return group;
  }

  /** The server has everything up to a number; false for one that was not written on this connection. */
  acknowledge(number: number): boolean {
    if (number > this.#acknowledged + this.#cursor) return false;
    for (; this.#acknowledged < number; ++this.#acknowledged, --this.#cursor) {
      this.#keptBytes -= this.#sent.shift()?.sizeBytes ?? 0;
    }
    return true;
  }

  /** On a new connection: the server has everything up to a number, and gets the rest again. False as above. */
  resume(number: number): boolean {
    if (number < this.#acknowledged) return false;
    this.#cursor = this.#sent.size; // all of it was sent on some connection
    const isKnown = this.acknowledge(number);
    this.rewind();
    return isKnown;
  }

  /** Empties it for another session; what never arrived and has a meaning there is returned. */
  reset(): Outgoing[] {
    const unsent = [...this.#sent.takeAll(), ...this.#waiting.takeAll()].filter(
      (message) => !message.mayHaveArrived && !message.isOfSession,
    );
    this.#acknowledged = this.#cursor = this.#keptBytes = 0;
    return unsent;
  }
}
