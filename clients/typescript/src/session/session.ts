import { RpcError } from "../errors.js";
import { isObject, type JsonObject } from "../messages.js";
import { Outbox, type Group } from "./outbox.js";
import type { Outgoing, SessionUser, Started, Verdict } from "./types.js";

/** The server is told what arrived after so many messages, or this long after the first of them. */
const maxUnacknowledgedCount = 32;
const acknowledgementDelayMs = 500;
/** How soon a probe must be answered. */
const probeMs = 4000;

/** What to write next: a message, or one of the session's own. */
export type Written = { message: Outgoing } | { method: string; params?: JsonObject };

/**
 * The client's half of a session (PROTOCOL, section 4): numbers what goes and keeps it until it is acknowledged, counts
 * what comes, opens and resumes, and judges signs of life. No I/O and no clock: whoever drives it says what time it is,
 * brings the messages and asks what to write.
 */
export class Session {
  readonly #user: SessionUser;
  #state: "away" | "asked" | "running" = "away";
  #facts: Started | undefined; // undefined: there is no session

  readonly #outbox: Outbox;

  // What comes.
  #received = 0;
  #nextNumber = 1; // of this connection, where the transport doesn't say
  #toldReceived = 0;
  #receivedBytes = 0; // since it was told

  #isPingDue = false;
  #isPongDue = false;
  #isAckDue = false;
  #isEndDue = false;
  #hasProgressed = false;
  #isDraining = false; // calls wait for the next connection, where they can be answered
  #ackTimeMs = Infinity;
  #silentTimeMs = Infinity; // when two intervals without a message have passed
  #lostTimeMs = Infinity; // when the server has certainly forgotten it

  constructor(user: SessionUser) {
    this.#user = user;
    this.#outbox = new Outbox({
      refusal: (message) => this.#refusal(message),
      onRefused: ({ exchange }) => user.onRefused(exchange, this.#tooLarge()),
    });
  }

  get facts(): Started | undefined {
    return this.#facts;
  }
  get isRunning(): boolean {
    return this.#state === "running";
  }
  get received(): number {
    return this.#received;
  }
  /** Whether anything of this connection was counted or acknowledged: it is good for something. */
  get hasProgressed(): boolean {
    return this.#hasProgressed;
  }
  /** Bytes of all that waits or is not acknowledged. */
  get keptBytes(): number {
    return this.#outbox.keptBytes;
  }

  /** A connection begins to open or resume the session; from here on its messages alone are brought. */
  ask(nowMs: number): void {
    this.leave(nowMs);
    this.#state = "asked";
    this.#hasProgressed = this.#isDraining = false;
    this.#outbox.rewind();
    if (this.#facts) this.#hear(nowMs);
  }

  /** The connection is gone, or nobody listens to it any more. */
  leave(nowMs: number): void {
    if (this.#facts && this.#state === "running") {
      this.#lostTimeMs = nowMs + this.#facts.resumeWindowMs + 2 * this.#facts.heartbeatMs;
    }
    this.#state = "away";
    this.#isPingDue = this.#isPongDue = this.#isAckDue = false;
    this.#ackTimeMs = this.#silentTimeMs = Infinity;
  }

  #hear(nowMs: number): void {
    const heartbeatMs = this.#facts?.heartbeatMs ?? 0;
    this.#silentTimeMs = heartbeatMs > 0 ? nowMs + 2 * heartbeatMs : Infinity;
  }

  /** Something of the server's arrived, whatever it says. */
  heard(nowMs: number): void {
    if (this.#facts) this.#hear(nowMs);
  }

  /** A counted message arrived, with its number where the transport says it. */
  count(number: number | undefined, sizeBytes: number, nowMs: number): Verdict {
    if (this.#state === "away") return "ignore";
    this.#hear(nowMs);
    if (this.#state !== "running") return this.#broken();
    this.#hasProgressed = true;
    number ??= this.#nextNumber++;
    if (number <= this.#received) return "ignore";
    if (number !== this.#received + 1) return this.#broken();
    this.#received = number;
    this.#receivedBytes += sizeBytes;
    if (
      number - this.#toldReceived >= maxUnacknowledgedCount ||
      this.#receivedBytes >= (this.#facts?.resumeBufferBytes ?? 0) / 2
    ) {
      this.#isAckDue = true;
    } else if (this.#ackTimeMs === Infinity) {
      this.#ackTimeMs = nowMs + acknowledgementDelayMs;
    }
    return "handOn";
  }

  /** A `session.*` message arrived. */
  takeControl(method: string, params: unknown, nowMs: number): Verdict {
    if (this.#state === "away") return "ignore";
    this.#hear(nowMs);
    const told = isObject(params) ? params : {};
    switch (method) {
      case "session.ping":
        this.#isPongDue = true;
        return "ignore";
      case "session.started":
        if (this.#state !== "asked" || this.#facts || !isStarted(told)) return this.#broken();
        this.#start(told);
        return this.#run(true, nowMs);
      case "session.resumed":
        return this.#takeResumed(told, nowMs);
    }
    if (this.#state !== "running") return "ignore";
    if (method === "session.ack") {
      return this.acknowledge(told["received"]) ? "ignore" : this.#broken();
    } else if (method === "session.draining") {
      this.#isDraining = true;
      this.#user.onDraining(Number(told["retryAfterMs"] ?? 0));
    } else if (method === "session.expiring") {
      this.#user.onExpiring(Number(told["inMs"] ?? 0));
    }
    return "ignore"; // and what a later server may tell beside
  }

  #takeResumed(told: JsonObject, nowMs: number): Verdict {
    if (this.#state !== "asked" || !this.#facts) return this.#broken();
    if (told["recovered"] !== true) {
      if (!isStarted(told)) return this.#broken();
      this.lose(String(told["reason"] ?? "unknown"));
      this.#state = "asked";
      this.#start(told);
      return this.#run(true, nowMs);
    }
    const { received, from = this.#received + 1 } = told;
    if (typeof received !== "number") return this.#broken();
    if (typeof from !== "number" || from < 1 || from > this.#received + 1) return this.#broken();
    if (!this.#outbox.resume(received)) return this.#broken();
    this.#hasProgressed = true;
    this.#nextNumber = from;
    this.told();
    return this.#run(false, nowMs);
  }

  #start(facts: Started): void {
    this.#facts = facts;
    this.#nextNumber = 1;
  }

  #run(isFresh: boolean, nowMs: number): Verdict {
    this.#state = "running";
    this.#lostTimeMs = Infinity;
    this.#hear(nowMs);
    this.#user.onRunning(isFresh);
    return "ignore";
  }

  /** Nothing can be concluded from such a server any more, so the session is given up with the connection. */
  #broken(): Verdict {
    if (this.#facts) this.lose("the server broke the protocol");
    return "end";
  }

  /** The server has this side's messages up to a number; false for one that it can't have. */
  acknowledge(number: unknown): boolean {
    if (typeof number !== "number" || !this.#outbox.acknowledge(number)) return false;
    this.#hasProgressed = true;
    return true;
  }

  /** The server has just been told `received`. */
  told(): void {
    this.#toldReceived = this.#received;
    this.#receivedBytes = 0;
    this.#isAckDue = false;
    this.#ackTimeMs = Infinity;
  }

  /** The session is no more. What never arrived waits for the next. */
  lose(reason: string): void {
    const unsent = this.#outbox.reset();
    this.#facts = undefined;
    this.#received = this.#toldReceived = this.#receivedBytes = 0;
    this.#state = "away";
    this.leave(0);
    this.#lostTimeMs = Infinity;
    this.#user.onLost(reason);
    for (const message of unsent) this.send(message);
  }

  /** Takes a message, at any time, and in order. */
  send(message: Outgoing): void {
    this.#outbox.add(message);
  }

  /** Takes back what was never written. False where it was. */
  withdraw(exchange: number): boolean {
    return this.#outbox.withdraw(exchange);
  }

  /** After everything that waits, `session.end` is written. */
  end(): void {
    this.#isEndDue = true;
  }

  /** The next to write on a WebSocket; undefined where there is none for now. It counts as written. */
  next(): Written | undefined {
    if (this.#state !== "running") return undefined;
    if (this.#isPongDue) {
      this.#isPongDue = false;
      return { method: "session.pong" };
    }
    if (this.#isPingDue) {
      this.#isPingDue = false;
      return { method: "session.ping" };
    }
    if (this.#isAckDue) {
      this.told();
      return { method: "session.ack", params: { received: this.#received } };
    }
    const message = this.#outbox.next();
    if (message) return { message };
    if (!this.#isEndDue) return undefined;
    this.#isEndDue = false;
    return { method: "session.end" };
  }

  #refusal(message: Outgoing): "later" | "never" | undefined {
    if (this.#isDraining && message.exchange) return "later"; // for a connection where it can be answered
    return message.sizeBytes > this.#maxMessageBytes ? "never" : undefined;
  }

  get #maxMessageBytes(): number {
    return this.#facts?.limits.maxMessageBytes ?? Infinity;
  }

  #tooLarge(): RpcError {
    const text = `the server takes messages of at most ${this.#maxMessageBytes} bytes`;
    return new RpcError(-32026, text, { kind: "request_too_large", limit: "maxMessageBytes" });
  }

  /** Whether there is anything to write. */
  get isWritingDue(): boolean {
    if (this.#state !== "running") return false;
    return this.#isPingDue || this.#isPongDue || this.#isAckDue || this.#outbox.isDue;
  }

  /**
   * The next messages to write in one POST: of at most so many bytes, unless the first alone has more. `received` is
   * told with them.
   */
  nextGroup(maxBytes: number): Group {
    const group: Group = { ...this.#outbox.nextGroup(maxBytes), own: [], received: this.#received };
    if (this.#isPongDue) group.own.push("session.pong");
    if (this.#isPingDue) group.own.push("session.ping");
    this.#isPingDue = this.#isPongDue = false;
    this.told();
    return group;
  }

  /** What was written on this connection and is not acknowledged is written again. */
  rewind(): void {
    this.#outbox.rewind();
  }

  /** Whether the connection lives is asked now, and must show soon: the machine may have slept. */
  probe(nowMs: number): void {
    if (this.#state !== "running" || !this.#facts?.heartbeatMs) return;
    this.#isPingDue = true;
    this.#silentTimeMs = Math.min(this.#silentTimeMs, nowMs + probeMs);
  }

  /** When `onTime` wants to be called; Infinity for not at all. */
  get nextTimeMs(): number {
    return this.#state === "away" ? this.#lostTimeMs : Math.min(this.#ackTimeMs, this.#silentTimeMs);
  }

  /** False where the connection is dead and must end: two intervals without a sign of life. */
  onTime(nowMs: number): boolean {
    if (this.#state === "away") {
      if (this.#lostTimeMs <= nowMs) this.lose("no connection for longer than the server keeps it");
      return true;
    }
    if (this.#ackTimeMs <= nowMs) {
      this.#ackTimeMs = Infinity;
      this.#isAckDue = true;
    }
    if (this.#silentTimeMs > nowMs) return true;
    // So late, the page itself slept or was busy, and what the server sent may lie unread.
    const heartbeatMs = this.#facts?.heartbeatMs ?? 0;
    const isLate = nowMs - this.#silentTimeMs > heartbeatMs;
    this.#silentTimeMs = nowMs + heartbeatMs;
    return isLate;
  }
}

function isStarted(told: object): told is Started {
  const { resumeToken, heartbeatMs, limits } = told as Partial<Started>;
  return typeof resumeToken === "string" && typeof heartbeatMs === "number" && isObject(limits);
}
