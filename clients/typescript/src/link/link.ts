import { Backoff } from "../backoff.js";
import { bigintJsonCodec, jsonCodec, type Codec } from "../codec.js";
import { RpcError, TransportError } from "../errors.js";
import { methodOf, type Message } from "../messages.js";
import { baseUrlOf, type ConnectOptions, type ServerAddress, type TokenRequest } from "../options.js";
import type { ConnectionState, Traffic, TransportName } from "../rpc/types.js";
import { Session } from "../session/session.js";
import type { Outgoing } from "../session/types.js";
import type { Connection, ConnectionContext, ConnectionUser, Ending } from "../transports/connection.js";
import { webSocketHere } from "../transports/environment.js";
import { PollConnection } from "../transports/poll.js";
import { SseConnection } from "../transports/sse.js";
import { WebSocketConnection } from "../transports/websocket.js";
import { diagnose } from "./diagnosis.js";
import { consequenceOf } from "./endings.js";
import { Round } from "./round.js";
import { TransportMemory } from "./transport-memory.js";
import { Upgrade } from "./upgrade.js";

const transportsByDefault: readonly TransportName[] = ["websocket", "sse", "poll"];
const memory = new TransportMemory();
const closeTimeoutMs = 5000;

/** What a link tells. */
export interface LinkUser {
  /** A message for the program, in order and once. */
  onMessage(message: Message): void;
  /** The session was lost; a fresh one follows. */
  onLost(reason: string): void;
  /** There is a session. */
  onRunning(isFresh: boolean): void;
  onRefused(exchange: number, error: Error): void;
  onExpiring(): void;
  onState(state: ConnectionState): void;
  /** The server is away for longer than calls should wait. */
  onOffline(error: TransportError): void;
  /** At most once, and the last of all. */
  onClosed(error: TransportError): void;
  onTraffic(traffic: Traffic): void;
  readonly wantsTraffic: boolean;
}

/**
 * Keeps a session on a connection: finds a transport, comes back after breaks, moves to better transports. What a break
 * means is decided by `Session`, `consequenceOf` and `TransportMemory`; here are the timers and the connections.
 */
export class Link implements ConnectionUser {
  readonly json: Codec;
  readonly writes: Codec;
  readonly #options: ConnectOptions;
  readonly #user: LinkUser;
  readonly #session: Session;
  readonly #transports: readonly TransportName[];
  readonly #backoff: Backoff;
  #state: ConnectionState = { name: "connecting" };
  #context: Omit<ConnectionContext, "token"> & { token: string | undefined } = undefined!;
  #current: Connection | undefined;
  #round: Round | undefined;
  #upgrade: Upgrade | undefined;
  #attemptCount = 0; // an attempt that is superseded while it waits for a token ends
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #sessionTimer: ReturnType<typeof setTimeout> | undefined;
  #sessionTimeMs = Infinity;
  #retryAfterMs: number | undefined; // from session.draining
  #failureCount = 0;
  #replacedCount = 0;
  #awaySinceMs = performance.now();
  #tokenReason: TokenRequest["reason"] = "connect";
  #hasBeenOpen = false;
  #isRenewingToken = false;
  #closing: { promise: Promise<void>; resolve: () => void } | undefined;

  constructor(options: ConnectOptions, user: LinkUser) {
    this.#options = options;
    this.#user = user;
    this.json = options.integers === "bigint" ? bigintJsonCodec() : jsonCodec;
    if (options.format === "msgpack" && !options.msgpack) throw new TypeError('format "msgpack" needs its codec');
    this.writes = options.format === "msgpack" && options.msgpack ? options.msgpack : this.json;
    this.#transports = options.transports ?? transportsByDefault;
    const { minDelayMs = 100, maxDelayMs = 30_000 } = options.reconnect ?? {};
    this.#backoff = new Backoff(minDelayMs, maxDelayMs);
    this.#session = new Session({
      onRunning: (isFresh) => user.onRunning(isFresh),
      onLost: (reason) => user.onLost(reason),
      onRefused: (exchange, error) => user.onRefused(exchange, error),
      onExpiring: () => user.onExpiring(),
      onDraining: (retryAfterMs) => {
        this.#retryAfterMs = retryAfterMs;
      },
    });
  }

  get state(): ConnectionState {
    return this.#state;
  }
  get maxBatch(): number {
    return this.#session.facts?.limits.maxBatch ?? 100;
  }

  open(): void {
    void this.#connect();
  }

  /** Takes a message in order. Throws where there is no room. */
  send(message: Outgoing): void {
    const { maxUnsentBytes = 64 << 20 } = this.#options;
    if (this.#session.keptBytes + message.sizeBytes > maxUnsentBytes && this.#session.keptBytes > 0) {
      throw new RpcError(-32024, "too much waits to be sent", { kind: "limit_exceeded", limit: "maxUnsentBytes" });
    }
    this.#session.send(message);
    if (this.#current) this.#pump();
  }

  withdraw(exchange: number): boolean {
    return this.#session.withdraw(exchange);
  }

  /** Whether a call has nothing to wait for. */
  get offlineError(): TransportError | undefined {
    const { failuresUntilOffline = 5 } = this.#options.reconnect ?? {};
    if (this.#state.name === "closed") return this.#state.reason;
    if (this.#options.queueWhileOffline || this.#failureCount < failuresUntilOffline) return undefined;
    return new TransportError("offline", `the server is away: ${this.#state.reason?.message ?? "no connection"}`);
  }

  // ---- connecting ----

  async #connect(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const attempt = ++this.#attemptCount;
    const isStale = () => attempt !== this.#attemptCount || this.#state.name === "closed";
    try {
      const address = await this.#address();
      if (isStale()) return;
      if (address.instance !== undefined) await this.#checkInstance(address);
      const token = await this.#token();
      const WebSocket = this.#options.WebSocket ?? (await webSocketHere());
      if (isStale()) return;
      this.#begin(baseUrlOf(address.url), token, WebSocket);
    } catch (cause) {
      if (isStale()) return;
      const error =
        cause instanceof TransportError ? cause : new TransportError("refused", String((cause as Error).message), { cause });
      this.#retry(error);
    }
  }

  async #address(): Promise<ServerAddress> {
    const { url } = this.#options;
    const found = typeof url === "function" ? await url() : url;
    return typeof found === "string" ? { url: found } : found;
  }

  async #token(): Promise<string | undefined> {
    const { token } = this.#options;
    return typeof token === "function" ? token({ reason: this.#tokenReason }) : token;
  }

  async #checkInstance({ url, instance }: ServerAddress): Promise<void> {
    const response = await this.#fetch(`${baseUrlOf(url)}/healthz`, { cache: "no-store" });
    const { instance: found } = (await response.json()) as { instance?: string };
    if (found !== instance) throw new TransportError("wrong_server", `another server answers at ${url}`);
  }

  get #fetch(): typeof fetch {
    return this.#options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  #begin(baseUrl: string, token: string | undefined, WebSocket: ConnectionContext["WebSocket"]): void {
    const user = this.#user;
    this.#context = {
      baseUrl,
      token,
      session: this.#session,
      json: this.json,
      msgpack: this.#options.msgpack,
      writes: this.writes,
      client: this.#options.client ?? { name: "sidewire-typescript" },
      WebSocket,
      fetch: this.#fetch,
      user: this,
      get onTraffic() {
        if (!user.wantsTraffic) return undefined;
        return (direction: "in" | "out", transport: TransportName, data: string | Uint8Array) =>
          user.onTraffic({ direction, transport, data });
      },
    };
    this.#round = new Round({
      order: memory.order(baseUrl, this.#transports, performance.now()),
      isResume: this.#session.facts !== undefined,
      start: (transport) => this.#start(transport),
      onFailed: (failures) => this.#onRoundFailed(failures),
    });
    this.#round.begin();
  }

  #start(transport: TransportName): Connection {
    // From the moment that it asks, nothing else that carried the session is listened to.
    if (this.#session.facts) this.#session.ask(performance.now());
    this.#keepTime();
    return this.#create(transport);
  }

  #create(transport: TransportName): Connection {
    if (transport === "websocket") return new WebSocketConnection(this.#context);
    return transport === "sse" ? new SseConnection(this.#context) : new PollConnection(this.#context);
  }

  // ---- what connections say ----

  onReady(connection: Connection): void {
    if (this.#upgrade?.has(connection)) connection.ping();
    else connection.ask();
  }

  onMessage(connection: Connection, message: Message, sizeBytes: number, number: number | undefined): void {
    const nowMs = performance.now();
    const method = methodOf(message);
    const control = method?.startsWith("session.") ? method : undefined;
    if (connection !== this.#current && !this.#becomesCurrent(connection, control, nowMs)) return;
    const verdict = control
      ? this.#session.takeControl(control, (message as { params?: unknown }).params, nowMs)
      : this.#session.count(number, sizeBytes, nowMs);
    if (verdict === "handOn") this.#user.onMessage(message);
    if (connection !== this.#current) return; // closed meanwhile
    if (verdict === "end") return this.#lose({ code: 1002, text: "the server broke the protocol" });
    if (control) this.#onControl(connection, control);
    if (this.#session.hasProgressed) this.#onProgress();
    this.#pump();
  }

  /** Whether this message makes its connection the one that has the session. */
  #becomesCurrent(connection: Connection, control: string | undefined, nowMs: number): boolean {
    if (this.#upgrade?.has(connection)) {
      if (control !== "session.pong") return false;
      this.#upgrade.succeed();
      this.#current?.abandon();
      this.#current = connection;
      this.#session.ask(nowMs);
      connection.ask();
      return false;
    }
    if (control !== "session.started" && control !== "session.resumed") return false;
    if (!this.#round?.win(connection)) return false;
    if (!this.#session.facts) this.#session.ask(nowMs);
    this.#current = connection;
    return true;
  }

  #onControl(connection: Connection, control: string): void {
    if (control !== "session.started" && control !== "session.resumed") return;
    const { baseUrl } = this.#context;
    memory.noteSuccess(baseUrl, connection.transport);
    for (const { transport, why } of this.#round?.takeFailures() ?? []) {
      memory.noteFailure(baseUrl, transport, why, performance.now());
    }
    this.#hasBeenOpen = true;
    this.#failureCount = 0;
    this.#tokenReason = "connect";
    this.#tellOpen(connection);
  }

  #onProgress(): void {
    this.#backoff.reset();
    this.#replacedCount = 0;
  }

  #tellOpen({ transport }: Connection): void {
    const instance = this.#session.facts?.instance;
    const better = this.#transports.slice(0, this.#transports.indexOf(transport));
    const state: ConnectionState = { name: better.length > 0 ? "degraded" : "open", transport };
    if (instance !== undefined) state.instance = instance;
    if (better.length > 0) {
      const why = memory.whyFailed(this.#context.baseUrl, better[0] as TransportName, performance.now());
      state.reason = new TransportError("no_transport", `${better[0]} did not work: ${why ?? "no answer yet"}`);
      this.#upgrade ??= new Upgrade({
        start: () => this.#startUpgrade(),
        isWanted: () => this.#current !== undefined && this.#current.transport !== this.#transports[0],
      });
      this.#upgrade.keepTrying();
    } else {
      this.#upgrade?.stop();
      this.#upgrade = undefined;
    }
    this.#tell(state);
  }

  /** A better transport is proved before the session moves; over HTTP its answer proves it. */
  #startUpgrade(): Connection | undefined {
    const better = this.#transports.slice(0, this.#transports.indexOf(this.#current?.transport as TransportName));
    const [transport] = memory.order(this.#context.baseUrl, better, performance.now());
    if (!transport) return undefined;
    if (transport === "websocket") return this.#create("websocket");
    this.#current?.abandon();
    this.#current = undefined;
    this.#round = new Round({
      order: [transport, ...this.#transports.filter((other) => other !== transport && other !== "websocket")],
      isResume: true,
      start: (next) => this.#start(next),
      onFailed: (failures) => this.#onRoundFailed(failures),
    });
    this.#round.begin();
    return undefined;
  }

  onEnd(connection: Connection, ending: Ending): void {
    if (this.#upgrade?.has(connection)) return this.#upgrade.fail();
    if (connection === this.#current) this.#lose(ending);
    else this.#round?.fail(connection, ending);
  }

  #pump(): void {
    this.#current?.pump();
    this.#keepTime();
  }

  // ---- the end of connections ----

  /** The session's connection is gone. */
  #lose(ending: Ending): void {
    this.#current?.abandon();
    this.#current = undefined;
    this.#session.leave(performance.now());
    this.#upgrade?.stop();
    this.#keepTime();
    this.#awaySinceMs = performance.now();
    this.#follow(ending, undefined);
  }

  #onRoundFailed(failures: { transport: TransportName; ending: Ending }[]): void {
    this.#round = undefined;
    this.#session.leave(performance.now());
    // What the server said says more than silence.
    const told = failures.find(({ ending }) => ending.status !== undefined || (ending.code ?? 1006) !== 1006);
    const { transport, ending } = told ?? (failures[0] as { transport: TransportName; ending: Ending });
    this.#follow(ending, transport);
  }

  #follow(ending: Ending, failed: TransportName | undefined): void {
    if (this.#closing) return this.#finish(new TransportError("closed", "the client was closed"));
    const consequence = consequenceOf(ending);
    const told = ending.text ? `: ${ending.text}` : "";
    const code = ending.code ?? ending.status;
    if (consequence.kind === "close") {
      const what = consequence.reason === "forbidden" ? "the server does not let this client in" : "the server refused";
      return this.#finish(new TransportError(consequence.reason, `${what}${told}`, { code }));
    }
    if (consequence.kind === "newToken") return this.#renewToken(consequence.reason, code, told);
    if (consequence.kind === "askAgain" && this.#replacedCount++ === 0) {
      this.#tell({ name: "reconnecting", reason: new TransportError("lost", "the session was elsewhere", { code }) });
      return void this.#connect();
    }
    if (failed) ++this.#failureCount;
    const reason = consequence.kind === "retry" ? consequence.reason : "lost";
    const error = new TransportError(reason, `the connection was lost${told}`, { code, cause: ending.cause });
    const drainMs = this.#retryAfterMs;
    this.#retryAfterMs = undefined;
    const afterMs = drainMs ?? (consequence.kind === "retry" ? consequence.afterMs : undefined);
    this.#retry(error, afterMs === undefined ? undefined : afterMs + this.#backoff.partOf(afterMs));
    if (failed) void this.#diagnose(ending);
  }

  #renewToken(reason: "expired" | "refused", code: number | undefined, told: string): void {
    const canRenew = typeof this.#options.token === "function" && this.#tokenReason === "connect";
    if (!canRenew) {
      const what = reason === "expired" ? "the token has expired" : "the server does not know this token";
      return this.#finish(new TransportError("not_authenticated", `${what}${told}`, { code }));
    }
    this.#tokenReason = reason;
    this.#tell({
      name: this.#hasBeenOpen ? "reconnecting" : "connecting",
      reason: new TransportError("not_authenticated", "another token is needed", { code }),
    });
    void this.#connect();
  }

  #retry(error: TransportError, waitMs = this.#backoff.next()): void {
    const { limitMs = Infinity } = this.#options.reconnect ?? {};
    if (performance.now() - this.#awaySinceMs + waitMs > limitMs) return this.#finish(error);
    this.#tell({ name: this.#hasBeenOpen ? "reconnecting" : "connecting", reason: error, retryInMs: waitMs });
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), waitMs);
    const offline = this.offlineError;
    if (offline) this.#user.onOffline(offline);
  }

  /** Finds out what stood in the way, and says it better than the browser does. */
  async #diagnose(ending: Ending): Promise<void> {
    const attempt = this.#attemptCount;
    const error = await diagnose(this.#context.baseUrl, this.#fetch, ending);
    if (!error || attempt !== this.#attemptCount || this.#retryTimer === undefined) return;
    this.#tell({ ...this.#state, reason: error });
  }

  // ---- time ----

  #keepTime(): void {
    const nextMs = this.#session.nextTimeMs;
    if (nextMs >= this.#sessionTimeMs) return; // it comes early, and asks again
    clearTimeout(this.#sessionTimer);
    this.#sessionTimeMs = nextMs;
    this.#sessionTimer = setTimeout(() => this.#onTime(), Math.min(nextMs - performance.now(), 2 ** 31 - 1));
  }

  #onTime(): void {
    this.#sessionTimeMs = Infinity;
    const nowMs = performance.now();
    if (nowMs < this.#session.nextTimeMs) return this.#keepTime();
    if (this.#session.onTime(nowMs)) return this.#pump();
    if (this.#current) this.#lose({ code: 4012, text: "no sign of life" });
    else this.#round?.failAll({ code: 4012, text: "no answer" });
  }

  /** The machine is awake or on a network again: what waits is tried now, what seems to live is asked. */
  wake(): void {
    if (this.#retryTimer !== undefined) {
      this.#backoff.reset();
      void this.#connect();
    } else if (this.#current) {
      this.#session.probe(performance.now());
      this.#pump();
    }
  }

  /** The credentials end: another token is shown to the session. */
  async newToken(): Promise<string | undefined> {
    if (this.#isRenewingToken || typeof this.#options.token !== "function") return undefined;
    this.#isRenewingToken = true;
    try {
      return await this.#options.token({ reason: "expired" });
    } finally {
      this.#isRenewingToken = false;
    }
  }

  // ---- closing ----

  /** Ends the session, after all that waits was written, and then itself. */
  close(): Promise<void> {
    if (this.#state.name === "closed") return Promise.resolve();
    if (this.#closing) return this.#closing.promise;
    let resolve!: () => void;
    const promise = new Promise<void>((done) => (resolve = done));
    this.#closing = { promise, resolve };
    const closed = new TransportError("closed", "the client was closed");
    if (!this.#current) this.#finish(closed);
    else {
      setTimeout(() => this.#finish(closed), closeTimeoutMs);
      this.#current.finish();
    }
    return promise;
  }

  #finish(reason: TransportError): void {
    if (this.#state.name === "closed") return;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#sessionTimer);
    this.#round?.stop();
    this.#upgrade?.stop();
    this.#current?.abandon();
    this.#current = undefined;
    this.#session.leave(performance.now());
    this.#tell({ name: "closed", reason });
    this.#user.onClosed(reason);
    this.#closing?.resolve();
  }

  #tell(state: ConnectionState): void {
    this.#state = state;
    this.#user.onState(state);
  }
}

