import { isObject, methodOf, type Message } from "../messages.js";
import type { Connection, ConnectionContext, Ending } from "./connection.js";
import { sessionHeaders } from "./http.js";
import { endSession, Uplink } from "./uplink.js";

/** How long a connection that is not wanted waits for its session, to end it. */
const dropTimeoutMs = 5000;

/** What both transports over HTTP have in common: messages up by POST, and how they end. */
export abstract class HttpConnection implements Connection {
  abstract readonly transport: "sse" | "poll";
  protected readonly context: ConnectionContext;
  readonly #uplink: Uplink;
  #request = new AbortController(); // a new one for each, since a signal may keep all that it was given to
  #isGone = false;
  #isDropped = false;

  constructor(context: ConnectionContext) {
    this.context = context;
    this.#uplink = new Uplink(context, (ending) => this.end(ending));
    // Not before the class that extends this one is complete.
    void Promise.resolve()
      .then(() => this.read())
      .catch((cause: unknown) => this.end({ cause }));
  }

  /** Asks, and hands on what comes until the connection is gone. */
  protected abstract read(): Promise<void>;

  protected get isGone(): boolean {
    return this.#isGone;
  }

  /** One GET of the session's. */
  protected get(query: string, accept: string): Promise<Response> {
    const { fetch, baseUrl, session } = this.context;
    this.#request = new AbortController();
    const received = session.facts ? { "Sidewire-Received": String(session.received) } : {};
    return fetch(`${baseUrl}/rpc${query}`, {
      headers: { ...sessionHeaders(this.context), ...received, Accept: accept },
      cache: "no-store",
      signal: this.#request.signal,
    });
  }

  protected ready(): void {
    if (!this.#isDropped && !this.#isGone) this.context.user.onReady(this);
  }

  protected take(message: Message, sizeBytes: number, number: number | undefined): void {
    if (this.#isGone) return;
    if (this.#isDropped) return this.#endSessionOf(message);
    if (methodOf(message) === "session.closed") return this.end(closedBy(message));
    this.context.user.onMessage(this, message, sizeBytes, number);
  }

  /** Its own session has begun only now, when it is not wanted any more. */
  #endSessionOf(message: Message): void {
    if (methodOf(message) !== "session.started") return;
    const { resumeToken } = (message as { params: { resumeToken: string } }).params;
    void endSession(this.context, { ...sessionHeaders(this.context), "Sidewire-Session": resumeToken });
    this.abandon();
  }

  protected end(ending: Ending): void {
    if (this.#isGone) return;
    this.abandon();
    if (!this.#isDropped) this.context.user.onEnd(this, ending);
  }

  // The request itself has asked, and its answer proves it.
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
    setTimeout(() => this.abandon(), dropTimeoutMs);
  }

  abandon(): void {
    this.#isGone = true;
    this.#uplink.stop();
    this.#request.abort();
  }
}

/** What `session.closed` says, as a close code would on a WebSocket. */
function closedBy(message: Message): Ending {
  const { params } = message as { params?: unknown };
  const { code, reason } = isObject(params) ? params : {};
  return { code: typeof code === "number" ? code : 1006, text: typeof reason === "string" ? reason : undefined };
}
