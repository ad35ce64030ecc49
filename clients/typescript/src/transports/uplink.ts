import { Backoff } from "../backoff.js";
import { isObject } from "../messages.js";
import type { Session } from "../session/session.js";
import type { ConnectionContext, Ending } from "./connection.js";
import { readEnvelope, writeEnvelope } from "./envelope.js";
import { endingOf, sessionHeaders } from "./http.js";

const maxEnvelopeBytes = 1 << 20;
const maxTries = 4;

/** A session's messages up, by POST: one is under way, and what comes meanwhile goes with the next. */
export class Uplink {
  readonly #context: ConnectionContext;
  readonly #session: Session;
  readonly #fail: (ending: Ending) => void;
  #request = new AbortController(); // a new one for each, since a signal may keep all that it was given to
  #isStopped = false;
  readonly #backoff = new Backoff(100, 5000);
  #isBusy = false;
  #isFinishing = false;
  #triedCount = 0;

  /** `fail` hears why the connection is of no use any more. */
  constructor(context: ConnectionContext, fail: (ending: Ending) => void) {
    this.#context = context;
    this.#session = context.session;
    this.#fail = fail;
  }

  pump(): void {
    if (this.#isBusy || this.#isStopped) return;
    if (this.#session.isWritingDue) void this.#post();
    else if (this.#isFinishing) void this.#end();
  }

  /** Once everything is written, the session ends. */
  finish(): void {
    this.#isFinishing = true;
    this.pump();
  }

  stop(): void {
    this.#isStopped = true;
    this.#request.abort();
  }

  async #post(): Promise<void> {
    this.#isBusy = true;
    const maxBytes = Math.min(maxEnvelopeBytes, this.#session.facts?.limits.maxMessageBytes ?? maxEnvelopeBytes);
    const group = this.#session.nextGroup(maxBytes / 2); // base64 and what is around it have room too
    const body = writeEnvelope(group);
    this.#context.onTraffic?.("out", "post", body);
    this.#request = new AbortController();
    let response: Response;
    let told: unknown;
    try {
      response = await this.#context.fetch(`${this.#context.baseUrl}/rpc`, {
        method: "POST",
        headers: { ...sessionHeaders(this.#context), "Content-Type": "application/json" },
        body,
        signal: this.#request.signal,
      });
      const isTold = response.status === 202 || (response.status === 409 && isJson(response));
      told = isTold ? await response.clone().json() : undefined;
    } catch (cause) {
      return this.#again({ cause });
    }
    if (this.#isStopped) return;
    const received = isObject(told) ? readEnvelope(told)?.received : undefined;
    if (received === undefined) {
      // What such an answer refuses was never read.
      for (const message of group.fresh) message.mayHaveArrived = false;
      const ending = await endingOf(response);
      if (this.#isStopped) return;
      return response.status === 429 || response.status >= 500 ? this.#again(ending) : this.#fail(ending);
    }
    if (!this.#session.acknowledge(received)) return this.#fail({ text: "acknowledged what was never sent" });
    if (response.status === 409) {
      this.#session.rewind();
      return this.#again({ text: "a gap in what arrived" });
    }
    this.#triedCount = 0;
    this.#backoff.reset();
    this.#isBusy = false;
    this.pump();
  }

  /** Nobody knows what arrived, so it goes again. */
  #again(ending: Ending): void {
    if (this.#isStopped) return;
    if (++this.#triedCount >= maxTries) return this.#fail(ending);
    this.#session.rewind();
    setTimeout(() => {
      this.#isBusy = false;
      this.pump();
    }, ending.retryAfterMs ?? this.#backoff.next());
  }

  async #end(): Promise<void> {
    this.#isBusy = true;
    await endSession(this.#context, sessionHeaders(this.#context));
    this.#fail({ code: 1000 });
  }
}

const isJson = (response: Response) => response.headers.get("Content-Type")?.includes("json") ?? false;

/** Ends a session that is not needed any more; if that fails, its window ends it. */
export async function endSession(context: ConnectionContext, headers: Record<string, string>): Promise<void> {
  await context.fetch(`${context.baseUrl}/rpc`, { method: "DELETE", headers, keepalive: true }).catch(() => undefined);
}
