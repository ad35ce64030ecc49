import type { TransportName } from "../rpc/types.js";
import type { Connection, Ending } from "../transports/connection.js";

/** How long a transport has until the next starts beside it. */
const headStartMs = 250;
/** How long it has where the next one would take its place. */
const resumeTimeoutMs = 5000;
const attemptTimeoutMs = 10_000;

export interface Failure {
  transport: TransportName;
  ending: Ending;
}

export interface RoundOptions {
  /** What to try, in this order. */
  order: readonly TransportName[];
  /**
   * A session is resumed by one attempt at a time, since each takes it from the one before. A fresh one may be begun by
   * several at once; the first is kept.
   */
  isResume: boolean;
  /** May throw. */
  start(transport: TransportName): Connection;
  /** All of them failed. */
  onFailed(failures: Failure[]): void;
}

/** One round of attempts, until one of them has a session or all have failed. */
export class Round {
  readonly #options: RoundOptions;
  readonly #running = new Map<Connection, ReturnType<typeof setTimeout>>();
  readonly #failures: Failure[] = [];
  #nextIndex = 0;
  #headStart: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: RoundOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#startNext();
  }

  #startNext(): void {
    clearTimeout(this.#headStart);
    const transport = this.#options.order[this.#nextIndex];
    if (transport === undefined || this.#isOver) return this.#endIfFailed();
    ++this.#nextIndex;
    let connection: Connection;
    try {
      connection = this.#options.start(transport);
    } catch (cause) {
      this.#failures.push({ transport, ending: { cause, text: (cause as Error).message } });
      return this.#startNext();
    }
    const isLast = this.#nextIndex === this.#options.order.length;
    const timeoutMs = this.#options.isResume && !isLast ? resumeTimeoutMs : attemptTimeoutMs;
    const overdue = setTimeout(() => this.fail(connection, { text: "no answer" }), timeoutMs);
    this.#running.set(connection, overdue);
    if (!this.#options.isResume && !isLast) this.#headStart = setTimeout(() => this.#startNext(), headStartMs);
  }

  /** The attempt is over; the next starts at once. */
  fail(connection: Connection, ending: Ending): void {
    if (!this.#remove(connection)) return;
    connection.abandon();
    this.#failures.push({ transport: connection.transport, ending });
    this.#startNext();
  }

  failAll(ending: Ending): void {
    for (const connection of [...this.#running.keys()]) this.fail(connection, ending);
  }

  #remove(connection: Connection): boolean {
    clearTimeout(this.#running.get(connection));
    return this.#running.delete(connection);
  }

  #endIfFailed(): void {
    if (this.#isOver || this.#running.size > 0) return;
    this.#isOver = true;
    this.#options.onFailed(this.#failures);
  }

  /** It has a session: the others go. False where it is none of the round's. */
  win(connection: Connection): boolean {
    if (this.#isOver || !this.#remove(connection)) return false;
    this.#isOver = true;
    clearTimeout(this.#headStart);
    for (const loser of [...this.#running.keys()]) {
      this.#remove(loser);
      this.#failures.push({ transport: loser.transport, ending: { text: "no answer in time" } });
      if (this.#options.isResume) loser.abandon();
      else loser.drop();
    }
    return true;
  }

  /** What did not work where another one did; told once. */
  takeFailures(): { transport: TransportName; why: string }[] {
    return this.#failures.splice(0).map(({ transport, ending }) => ({
      transport,
      why: ending.text ?? (ending.status ? `HTTP ${ending.status}` : `closed with ${ending.code ?? "an error"}`),
    }));
  }

  stop(): void {
    this.#isOver = true;
    clearTimeout(this.#headStart);
    for (const connection of [...this.#running.keys()]) {
      this.#remove(connection);
      connection.drop();
    }
  }
}
