import { fromBase64 } from "../base64.js";
import { isObject, methodOf, type Message } from "../messages.js";
import { decodeMessage, type Connection, type ConnectionContext, type Ending } from "./connection.js";
import { endingOf, sessionHeaders } from "./http.js";
import { SseParser } from "./sse-parser.js";
import { endSession, Uplink } from "./uplink.js";

const maxEventLength = 48 * 1024 * 1024;

/** A session's messages as Server-Sent Events, read by `fetch`, and up by POST. */
export class SseConnection implements Connection {
  readonly transport = "sse";
  readonly #context: ConnectionContext;
  readonly #uplink: Uplink;
  readonly #abort = new AbortController();
  #isAbandoned = false;
  #isDropped = false;

  constructor(context: ConnectionContext) {
    this.#context = context;
    this.#uplink = new Uplink(context, "sse", (ending) => this.#end(ending));
    void this.#read();
  }

  async #read(): Promise<void> {
    const { fetch, baseUrl, session } = this.#context;
    try {
      const response = await fetch(`${baseUrl}/rpc`, {
        headers: {
          ...sessionHeaders(this.#context),
          Accept: "text/event-stream",
          ...(session.facts ? { "Sidewire-Received": String(session.received) } : {}),
        },
        cache: "no-store",
        signal: this.#abort.signal,
      });
      if (!response.ok || !response.body || !isEventStream(response)) return this.#end(await endingOf(response));
      if (!this.#isDropped) this.#context.user.onReady(this);
      const parser = new SseParser(maxEventLength);
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        session.heard(performance.now());
        for (const { type, data, id } of parser.feed(decoder.decode(value, { stream: true }))) {
          if (!this.#isAbandoned) this.#take(type, data, id);
        }
      }
      this.#end({ text: "the event stream ended" });
    } catch (cause) {
      this.#end({ cause });
    }
  }

  #take(type: string, data: string, id: string | undefined): void {
    this.#context.onTraffic?.("in", this.transport, data);
    const message = decodeMessage(this.#context, type === "msgpack" ? fromBase64(data) : data);
    if (this.#isDropped) return this.#dropNow(message);
    const closed = closedBy(message);
    if (closed) return this.#end(closed);
    this.#context.user.onMessage(this, message, data.length, id === undefined ? undefined : Number(id));
  }

  /** Its own session has begun only now, when it is not wanted any more. */
  #dropNow(message: Message): void {
    if (methodOf(message) !== "session.started") return;
    const { resumeToken } = (message as { params: { resumeToken: string } }).params;
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

const isEventStream = (response: Response) =>
  response.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;

/** What `session.closed` says. */
export function closedBy(message: Message): Ending | undefined {
  if (methodOf(message) !== "session.closed") return undefined;
  const { params } = message as { params?: unknown };
  const { code, reason } = isObject(params) ? params : {};
  return { code: typeof code === "number" ? code : 1006, text: typeof reason === "string" ? reason : undefined };
}
