import { Backoff } from "../backoff.js";
import { RpcError, TransportError } from "../errors.js";
import { methodOf, type Message } from "../messages.js";
import type { ConnectOptions, TokenRequest } from "../options.js";
import type { ConnectionState, Traffic, TransportName } from "../rpc/types.js";
import { Session } from "../session/session.js";
import type { Outgoing } from "../session/types.js";
import type { Connection, ConnectionContext, ConnectionUser, Ending } from "../transports/connection.js";
import { Connector } from "./connector.js";
import { consequenceOf, errorOf } from "./endings.js";
import { createUpgrade, negotiated, openConnection } from "./open-connection.js";
import { Round, type Failure } from "./round.js";
import { SessionTimer } from "./session-timer.js";
import { TransportMemory } from "./transport-memory.js";
import type { Upgrade } from "./upgrade.js";

const transportsByDefault: readonly TransportName[] = ["websocket", "sse", "poll"];
const closeTimeoutMs = 5000;
const memory = new TransportMemory();
const closed = () => new TransportError("closed", "the client was closed");

/** What a link tells. */
export interface LinkUser {
  /** A message for the program, in order and once. */
  onMessage(message: Message): void;
  /** The session was lost; a fresh one follows. */
  onLost(reason: string): void;
  onRefused(exchange: number, error: RpcError): void;
  onExpiring(): void;
  onState(state: ConnectionState): void;
  /** The server is away for longer than calls should wait. */
  onOffline(error: TransportError): void;
  /** At most once, and the last of all. */
  onClosed(error: TransportError): void;
  readonly onTraffic: ((traffic: Traffic) => void) | undefined;
}

/**
 * Keeps a session on a connection: finds a transport, comes back after breaks, moves to better transports. What a break
 * means is decided by `Session`, `consequenceOf` and `TransportMemory`; here are the timers and the connections.
 */
export class Link implements ConnectionUser {
  readonly connector: Connector;
  readonly #options: ConnectOptions;
  readonly #user: LinkUser;
  readonly #session: Session;
  readonly #timer: SessionTimer;
  readonly #transports: readonly TransportName[];
  readonly #backoff: Backoff;
  #upgrade: Upgrade | undefined; // once a transport served that is not the best
  #state: ConnectionState = { name: "connecting" };
  #context: ConnectionContext | undefined;
  #current: Connection | undefined; // has the session
  #round: Round | undefined;
  #attemptCount = 0; // an attempt that is superseded while it waits for something ends
  #retryTimer: ReturnType<typeof setTimeout> | undefined; // while it closes, its end
  #retryAfterMs: number | undefined; // from session.draining
  #failureCount = 0; // rounds since there was a session
  #replacedCount = 0;
  #awaySinceMs: number | undefined;
  #tokenReason: TokenRequest["reason"] = "connect";
  #hasBeenOpen = false;
  #closing: { promise: Promise<void>; resolve: () => void } | undefined;

  constructor(options: ConnectOptions, user: LinkUser) {
    this.#options = options;
    this.#user = user;
    this.connector = new Connector(options);
    this.#transports = options.transports ?? transportsByDefault;
    if (this.#transports.length === 0) throw new TypeError("a client needs a transport");
    const { minDelayMs = 100, maxDelayMs = 30_000 } = options.reconnect ?? {};
    this.#backoff = new Backoff(minDelayMs, maxDelayMs);
    this.#session = new Session({
      onRunning: () => {},
      onLost: (reason) => user.onLost(reason),
      onRefused: (exchange, error) => user.onRefused(exchange, error),
      onExpiring: () => user.onExpiring(),
      onDraining: (retryAfterMs) => {
        this.#retryAfterMs = retryAfterMs;
      },
    });
    this.#timer = new SessionTimer(this.#session, (isAlive) => this.#onTime(isAlive));
  }

  get state(): ConnectionState {
    return this.#state;
  }
  get maxBatch(): number {
    return this.#session.facts?.limits.maxBatch ?? 100;
  }

  /** Takes a message in order. Throws where there is no room, or no session any more; but not for the session's own. */
  send(message: Outgoing): void {
    const isOwn = message.isOfSession && message.exchange === 0;
    if (this.#state.name === "closed" || this.#closing) {
      if (isOwn) return;
      throw closed();
    }
    const { maxUnsentBytes = 64 << 20 } = this.#options;
    if (!isOwn && this.#session.keptBytes > 0 && this.#session.keptBytes + message.sizeBytes > maxUnsentBytes) {
      throw new RpcError(-32024, "too much waits to be sent", { kind: "limit_exceeded", limit: "maxUnsentBytes" });
    }
    this.#session.send(message);
    if (this.#current) this.#pump();
  }

  withdraw(exchange: number): boolean {
    return this.#session.withdraw(exchange);
  }

  /** Why a call has nothing to wait for; undefined where it has. */
  get offlineError(): TransportError | undefined {
    if (this.#state.name === "closed") return this.#state.reason;
    const { failuresUntilOffline = 5 } = this.#options.reconnect ?? {};
    if (this.#options.queueWhileOffline || this.#failureCount < failuresUntilOffline) return undefined;
    return new TransportError("offline", `the server is away: ${this.#state.reason?.message ?? "no connection"}`);
  }

  // ---- connecting ----

  async open(): Promise<void> {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const attempt = ++this.#attemptCount;
    const isStale = () => attempt !== this.#attemptCount || this.#state.name === "closed";
    try {
      const context = await this.connector.prepare(this.#tokenReason, this.#session, this, () => this.#trafficHook());
      if (isStale()) return;
      this.#context = context;
      this.#begin(memory.order(context.baseUrl, this.#transports, performance.now()), context);
    } catch (cause) {
      if (isStale()) return;
      const isOwn = cause instanceof TransportError;
      if (!isOwn) ++this.#failureCount;
      this.#retry(isOwn ? cause : new TransportError("refused", (cause as Error).message, { cause }));
      if (!isOwn) void this.#diagnose({});
    }
  }

  #trafficHook(): ConnectionContext["onTraffic"] {
    const { onTraffic } = this.#user;
    return onTraffic && ((direction, transport, data) => onTraffic({ direction, transport, data }));
  }

  #begin(order: readonly TransportName[], context: ConnectionContext): void {
    this.#round = new Round({
      order,
      isResume: this.#session.facts !== undefined,
      start: async (transport, isWanted) => {
        // From the moment that it asks, nothing else that carried the session is listened to.
        if (this.#session.facts) this.#session.ask(performance.now());
        this.#timer.keep();
        return openConnection(transport, context, isWanted);
      },
      negotiate: (failed) => {
        const before = memory.failures(context.baseUrl, order, performance.now());
        return negotiated(context, order, [...failed, ...before]);
      },
      onFailed: (failures) => this.#onRoundFailed(failures),
    });
    this.#round.begin();
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
    if (control === "session.started" || control === "session.resumed") this.#onRunning(connection);
    if (this.#session.hasProgressed) {
      this.#backoff.reset();
      this.#replacedCount = 0;
    }
    this.#pump();
  }

  /** Whether this message makes its connection the one that has the session. */
  #becomesCurrent(connection: Connection, control: string | undefined, nowMs: number): boolean {
    if (this.#upgrade?.has(connection)) {
      if (control !== "session.pong") return false;
      this.#upgrade.stop("keep");
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

  #onRunning({ transport }: Connection): void {
    const { baseUrl } = this.#context as ConnectionContext;
    memory.noteSuccess(baseUrl, transport);
    for (const failure of this.#round?.takeFailures() ?? []) {
      memory.noteFailure(baseUrl, failure.transport, failure.reason, performance.now());
    }
    this.#hasBeenOpen = true;
    this.#awaySinceMs = undefined;
    this.#failureCount = 0;
    this.#tokenReason = "connect";
    const [better] = this.#betterTransports();
    const state: ConnectionState = { name: better ? "degraded" : "open", transport };
    if (this.#session.facts) state.instance = this.#session.facts.instance;
    if (better) {
      const why = memory.whyFailed(baseUrl, better, performance.now()) ?? "no answer yet";
      state.reason = new TransportError("no_transport", `${better} did not work: ${why}`);
      void this.#keepUpgrading();
    } else {
      this.#upgrade?.stop();
    }
    this.#tell(state);
  }

  async #keepUpgrading(): Promise<void> {
    const upgrade = await createUpgrade({
      start: () => this.#startUpgrade(),
      isWanted: () => this.#betterTransports().length > 0,
    });
    this.#upgrade ??= upgrade; // another may have been made meanwhile
    if (this.#betterTransports().length > 0) this.#upgrade.keepTrying();
  }

  #betterTransports(): TransportName[] {
    const current = this.#current?.transport;
    return current ? this.#transports.slice(0, this.#transports.indexOf(current)) : [];
  }

  /** A WebSocket is proved before the session moves to it; what goes over HTTP is proved by its answer. */
  async #startUpgrade(): Promise<Connection | undefined> {
    const context = this.#context as ConnectionContext;
    const better = memory.order(context.baseUrl, this.#betterTransports(), performance.now());
    const [transport] = better;
    if (transport === "websocket") return openConnection(transport, context, () => true);
    if (!transport) return undefined;
    const fallback = this.#current?.transport;
    this.#current?.abandon();
    this.#current = undefined;
    this.#begin(fallback ? [transport, fallback] : [transport], context);
    return undefined;
  }

  onEnd(connection: Connection, ending: Ending): void {
    if (this.#upgrade?.has(connection)) this.#upgrade.fail();
    else if (connection === this.#current) this.#lose(ending);
    else this.#round?.fail(connection, ending);
  }

  #pump(): void {
    this.#current?.pump();
    this.#timer.keep();
  }

  // ---- the end of connections ----

  /** The session's connection is gone. */
  #lose(ending: Ending): void {
    this.#current?.abandon();
    this.#current = undefined;
    this.#upgrade?.stop();
    this.#session.leave(performance.now());
    this.#timer.keep();
    this.#follow(ending);
  }

  #onRoundFailed(failures: Failure[]): void {
    this.#round = undefined;
    this.#session.leave(performance.now());
    this.#timer.keep();
    ++this.#failureCount;
    // What the server said says more than silence.
    const told = failures.find(({ ending }) => ending.status !== undefined || (ending.code ?? 1006) !== 1006);
    const { ending } = told ?? (failures[0] as Failure);
    this.#follow(ending);
    if (this.#retryTimer !== undefined) void this.#diagnose(ending);
  }

  #follow(ending: Ending): void {
    if (this.#closing) return this.#finish(closed());
    const consequence = consequenceOf(ending);
    const error = errorOf(ending, consequence);
    if (consequence.kind === "close") return this.#finish(error);
    if (consequence.kind === "newToken") {
      if (!this.connector.canRenewToken || this.#tokenReason !== "connect") return this.#finish(error);
      this.#tokenReason = consequence.reason;
      return this.#retry(error, 0);
    }
    if (consequence.kind === "askAgain" && this.#replacedCount++ === 0) return this.#retry(error, 0);
    const afterMs = this.#retryAfterMs ?? (consequence.kind === "retry" ? consequence.afterMs : undefined);
    this.#retryAfterMs = undefined;
    this.#retry(error, afterMs === undefined ? undefined : afterMs + this.#backoff.partOf(afterMs));
  }

  #retry(error: TransportError, waitMs = this.#backoff.next()): void {
    const { limitMs = Infinity } = this.#options.reconnect ?? {};
    this.#awaySinceMs ??= performance.now();
    if (performance.now() - this.#awaySinceMs + waitMs > limitMs) return this.#finish(error);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.open(), waitMs);
    this.#tell({ name: this.#hasBeenOpen ? "reconnecting" : "connecting", reason: error, retryInMs: waitMs });
    const offline = this.offlineError;
    if (offline) this.#user.onOffline(offline);
  }

  /** Finds out what stood in the way, and says it better than the browser does. */
  async #diagnose(ending: Ending): Promise<void> {
    const { diagnose } = await import("./diagnosis.js");
    const reason = await diagnose(this.connector, ending);
    const isAway = this.#state.name === "connecting" || this.#state.name === "reconnecting";
    if (reason && isAway) this.#tell({ ...this.#state, reason });
  }

  // ---- time ----

  #onTime(isAlive: boolean): void {
    if (isAlive) this.#pump();
    else if (this.#current) this.#lose({ code: 4012, text: "no sign of life" });
    else this.#round?.failAll({ code: 4012, text: "no answer" });
  }

  /** The machine is awake or on a network again: what waits is tried now, what seems to live is asked. */
  wake(): void {
    if (this.#closing) return;
    if (this.#retryTimer !== undefined) {
      this.#backoff.reset();
      void this.open();
    } else if (this.#current) {
      this.#session.probe(performance.now());
      this.#pump();
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
    if (this.#current) {
      this.#retryTimer = setTimeout(() => this.#finish(closed()), closeTimeoutMs);
      this.#current.finish();
    } else {
      this.#finish(closed());
    }
    return promise;
  }

  #finish(reason: TransportError): void {
    if (this.#state.name === "closed") return;
    clearTimeout(this.#retryTimer);
    this.#timer.stop();
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
