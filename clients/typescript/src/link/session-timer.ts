import type { Session } from "../session/session.js";

const longestMs = 2 ** 31 - 1;

/** Calls a session when it wants to be called, and says what came of it. */
export class SessionTimer {
  readonly #session: Session;
  readonly #onTime: (isAlive: boolean) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #atMs = Infinity;

  constructor(session: Session, onTime: (isAlive: boolean) => void) {
    this.#session = session;
    this.#onTime = onTime;
  }

  /** To be called whenever the session may want another time. */
  keep(): void {
    const nextMs = this.#session.nextTimeMs;
    if (nextMs >= this.#atMs) return; // it comes early, and asks again
    clearTimeout(this.#timer);
    this.#atMs = nextMs;
    this.#timer = setTimeout(() => this.#fire(), Math.min(nextMs - performance.now(), longestMs));
  }

  #fire(): void {
    this.#atMs = Infinity;
    const nowMs = performance.now();
    if (nowMs >= this.#session.nextTimeMs) this.#onTime(this.#session.onTime(nowMs));
    this.keep();
  }

  /** For good. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#atMs = -Infinity;
  }
}
