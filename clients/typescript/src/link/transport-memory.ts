import type { TransportName } from "../rpc/types.js";
import type { FailedTransport } from "../transports/negotiate.js";

const memoryMs = 10 * 60 * 1000;
const maxCount = 100;

/** What did not work towards each server while something else did, for a while. */
export class TransportMemory {
  readonly #failed = new Map<string, { atMs: number; why: string }>();

  /** A transport failed where another one works. */
  noteFailure(baseUrl: string, transport: TransportName, why: string, nowMs: number): void {
    this.#failed.set(`${transport} ${baseUrl}`, { atMs: nowMs, why });
    for (const oldest of this.#failed.keys()) {
      if (this.#failed.size <= maxCount) break;
      this.#failed.delete(oldest);
    }
  }

  noteSuccess(baseUrl: string, transport: TransportName): void {
    this.#failed.delete(`${transport} ${baseUrl}`);
  }

  /** Why it failed lately. */
  whyFailed(baseUrl: string, transport: TransportName, nowMs: number): string | undefined {
    const failure = this.#failed.get(`${transport} ${baseUrl}`);
    return failure && nowMs - failure.atMs < memoryMs ? failure.why : undefined;
  }

  /** Those of them that failed lately. */
  failures(baseUrl: string, of: readonly TransportName[], nowMs: number): FailedTransport[] {
    return of.flatMap((transport) => {
      const reason = this.whyFailed(baseUrl, transport, nowMs);
      return reason === undefined ? [] : [{ transport, reason }];
    });
  }

  /** The wanted transports in the order in which to try them: those that failed lately come last. */
  order(baseUrl: string, wanted: readonly TransportName[], nowMs: number): TransportName[] {
    const isBad = (transport: TransportName) => this.whyFailed(baseUrl, transport, nowMs) !== undefined;
    return [...wanted.filter((transport) => !isBad(transport)), ...wanted.filter(isBad)];
  }
}
