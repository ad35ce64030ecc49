import type { TransportName } from "../rpc/types.js";
import type { Connection, Ending } from "../transports/connection.js";
import type { FailedTransport } from "../transports/negotiate.js";

/** How long a transport has until the next starts beside it. */
const headStartMs = 250;
/** How long until the server is asked what it would use. */
const negotiateAfterMs = 100;
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
  start(transport: TransportName, isWanted: () => boolean): Promise<Connection>;
  /** In which order the server would try those; undefined where it doesn't say. */
  negotiate(failed: FailedTransport[]): Promise<TransportName[] | undefined>;
  /** All of them failed. */
  onFailed(failures: Failure[]): void;
}

const told = ({ transport, ending: { text, status, code } }: Failure): FailedTransport => ({
  transport,
  reason: text || (status ? `HTTP ${status}` : `closed with ${code ?? "an error"}`),
});

/** One round of attempts, until one of them has a session or all have failed. */
export class Round {
  readonly #options: RoundOptions;
  readonly #running = new Map<Connection, ReturnType<typeof setTimeout>>();
  readonly #failures: Failure[] = [];
  #left: TransportName[];
  #startingCount = 0;
  #headStart: ReturnType<typeof setTimeout> | undefined;
  #asking: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  constructor(options: RoundOptions) {
    this.#options = options;
    this.#left = [...options.order];
  }

  begin(): void {
    void this.#startNext();
    if (this.#left.length > 1) this.#asking = setTimeout(() => void this.#ask(), negotiateAfterMs);
  }

  async #ask(): Promise<void> {
    const order = await this.#options.negotiate(this.#failures.map(told));
    if (order) this.#left = order.filter((transport) => this.#left.includes(transport));
  }

  async #startNext(): Promise<void> {
    clearTimeout(this.#headStart);
    const transport = this.#left.shift();
    if (transport === undefined || this.#isOver) return this.#endIfFailed();
    ++this.#startingCount;
    let connection: Connection;
    try {
      connection = await this.#options.start(transport, () => !this.#isOver);
    } catch (cause) {
      this.#failures.push({ transport, ending: { cause, text: (cause as Error).message } });
      return this.#startNext();
    } finally {
      --this.#startingCount;
    }
    if (this.#isOver) return connection.abandon();
    const isLast = this.#left.length === 0;
    const timeoutMs = this.#options.isResume && !isLast ? resumeTimeoutMs : attemptTimeoutMs;
    this.#running.set(
      connection,
      setTimeout(() => this.fail(connection, { text: "no answer" }), timeoutMs),
    );
    if (!this.#options.isResume && !isLast) this.#headStart = setTimeout(() => void this.#startNext(), headStartMs);
  }

  /** The attempt is over; the next starts at once. */
  fail(connection: Connection, ending: Ending): void {
    if (!this.#remove(connection)) return;
    connection.abandon();
    this.#failures.push({ transport: connection.transport, ending });
    void this.#startNext();
  }

  failAll(ending: Ending): void {
    for (const connection of [...this.#running.keys()]) this.fail(connection, ending);
  }

  #remove(connection: Connection): boolean {
    clearTimeout(this.#running.get(connection));
    return this.#running.delete(connection);
  }

  #end(): void {
    this.#isOver = true;
    clearTimeout(this.#headStart);
    clearTimeout(this.#asking);
  }

  #endIfFailed(): void {
    if (this.#isOver || this.#running.size > 0 || this.#startingCount > 0) return;
    this.#end();
    this.#options.onFailed(this.#failures);
  }

  /** It has a session: the others go. False where it is none of the round's. */
  win(connection: Connection): boolean {
    if (this.#isOver || !this.#remove(connection)) return false;
    this.#end();
    for (const loser of [...this.#running.keys()]) {
      this.#remove(loser);
      this.#failures.push({ transport: loser.transport, ending: { text: "no answer in time" } });
      if (this.#options.isResume) loser.abandon();
      else loser.drop();
    }
    return true;
  }

  /** What did not work where another one did; told once. */
  takeFailures(): FailedTransport[] {
    return this.#failures.splice(0).map(told);
  }

  stop(): void {
    this.#end();
    for (const connection of [...this.#running.keys()]) {
      this.#remove(connection);
      connection.drop();
    }
  }
}
