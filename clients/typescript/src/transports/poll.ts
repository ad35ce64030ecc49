import { fromBase64 } from "../base64.js";
import { isObject, methodOf, type Message } from "../messages.js";
import { decodeMessage, type Connection, type ConnectionContext, type Ending } from "./connection.js";
import { readEnvelope } from "./envelope.js";
import { endingOf, sessionHeaders } from "./http.js";
import { closedBy } from "./sse.js";
import { endSession, Uplink } from "./uplink.js";

const pollSeconds = 25;

/** A session's messages by long poll, and up by POST. */
export class PollConnection implements Connection {
  readonly transport = "poll";
  readonly #context: ConnectionContext;
  readonly #uplink: Uplink;
  readonly #abort = new AbortController();
  #isAbandoned = false;
  #isDropped = false;

  constructor(context: ConnectionContext) {
    this.#context = context;
    this.#uplink = new Uplink(context, "poll", (ending) => this.#end(ending));
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      for (let isFirst = true; !this.#isAbandoned; isFirst = false) {
        const response = await this.#poll();
        if (!response.ok) return this.#end(await endingOf(response));
        const text = await response.text();
        if (this.#isAbandoned) return;
        if (isFirst && !this.#isDropped) this.#context.user.onReady(this);
        if (!this.#take(text)) return this.#end({ text: "an answer that is no envelope" });
      }
    } catch (cause) {
      this.#end({ cause });
    }
  }

  #poll(): Promise<Response> {
    const { fetch, baseUrl, session } = this.#context;
    const headers = sessionHeaders(this.#context);
    if (session.facts) {
      headers["Sidewire-Received"] = String(session.received);
      session.told();
    }
    // The server answers in time; where it does not, the connection is dead.
    const overdue = setTimeout(() => this.#end({ text: "a poll was not answered" }), (pollSeconds + 15) * 1000);
    return fetch(`${baseUrl}/rpc?poll=${pollSeconds}`, {
      headers: { ...headers, Accept: "application/json" },
      cache: "no-store",
      signal: this.#abort.signal,
    }).finally(() => clearTimeout(overdue));
  }

  #take(text: string): boolean {
    this.#context.onTraffic?.("in", this.transport, text);
    const envelope = readEnvelope(this.#context.json.decode(text));
    if (!envelope) return false;
    this.#context.session.heard(performance.now());
    const sizeBytes = text.length / Math.max(1, envelope.messages.length);
    let number = envelope.first;
    for (const element of envelope.messages) {
      if (this.#isAbandoned) return true;
      const message = this.#read1(element);
      if (this.#isDropped) this.#dropNow(message);
      else {
        const closed = closedBy(message);
        if (closed) this.#end(closed);
        else if (methodOf(message)?.startsWith("session.")) this.#tell(message, sizeBytes, undefined);
        else this.#tell(message, sizeBytes, number === undefined ? undefined : number++);
      }
    }
    return true;
  }

  #tell(message: Message, sizeBytes: number, number: number | undefined): void {
    this.#context.user.onMessage(this, message, sizeBytes, number);
  }

  #read1(element: unknown): Message {
    if (typeof element !== "string") return element as Message;
    return decodeMessage(this.#context, fromBase64(element));
  }

  #dropNow(message: Message): void {
    if (!isObject(message) || methodOf(message) !== "session.started") return;
    const { resumeToken } = message["params"] as { resumeToken: string };
    void endSession(this.#context, { ...sessionHeaders(this.#context), "Sidewire-Session": resumeToken });
    this.abandon();
  }

  #end(ending: Ending): void {
    if (this.#isAbandoned) return;
    this.abandon();
    if (!this.#isDropped) this.#context.user.onEnd(this, ending);
  }

  ask(): void {}
  ping(): void {}

  pump(): void {
    this.#uplink.pump();
  }
  finish(): void {
    this.#uplink.finish();
  }

  drop(): void {
    this.#isDropped = true;
    setTimeout(() => this.abandon(), 5000);
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#uplink.stop();
    this.#abort.abort();
  }
}
