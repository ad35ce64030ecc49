import { createContext } from "svelte";
import { json, msgpack } from "./codecs.js";
import { milliseconds, transportLabels } from "./format.js";
import { Gate } from "./gate.js";
import { isObject } from "./messages.js";
import { postCall } from "./post-call.js";
import {
  connect,
  type AnyMethods,
  type AnyTopics,
  type Client,
  type ConnectionState,
  type Traffic,
  type TransportName,
  type WebSocketConstructor,
} from "./sidewire.js";
import { messagesOf, pageCaller, TrafficLog } from "./traffic.js";

/** Something that happened to the connection. */
export interface Happening {
  atMs: number;
  mood: "good" | "bad" | "plain";
  text: string;
}

const allTransports: readonly TransportName[] = ["websocket", "sse", "poll"];
const maxHappenings = 30;
const pingIntervalMs = 5000;
const trafficDelayMs = 100;
const askTimeoutMs = 10_000;

export const clientIdentity = { name: "sidewire-console", version: "0.1.0" };

/** Who gets to know that a token is of no use. */
export type OnRefused = (message: string) => void;

/** The page's one connection, what it does, and all that is shared by the views. */
export class PageConnection {
  readonly baseUrl: string;
  readonly token: string | undefined;
  readonly rpc: Client<AnyMethods, AnyTopics>;
  readonly traffic: TrafficLog;
  state: ConnectionState = $state.raw({ name: "connecting" });
  roundTripMs: number | undefined = $state();
  session: string | undefined = $state();
  /** Of the server. */
  version = "";
  happenings: Happening[] = $state.raw([]);
  keptTo: TransportName | undefined = $state();
  /** What the server offers. */
  offered: readonly TransportName[] = $state.raw(allTransports);
  offersPost = $state(true);
  /** Grows, at most ten times a second, when there was traffic. */
  trafficVersion = $state(0);
  readonly #gate: Gate;
  readonly #onRefused: OnRefused;
  #brokenAtMs: number | undefined;
  #lostBecause: string | undefined;
  #trafficTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #pingTimer: ReturnType<typeof setInterval>;

  constructor(baseUrl: string, token: string | undefined, onRefused: OnRefused) {
    this.baseUrl = baseUrl;
    this.token = token;
    this.#onRefused = onRefused;
    this.traffic = new TrafficLog(() => {
      this.#trafficTimer ??= setTimeout(() => {
        this.#trafficTimer = undefined;
        this.trafficVersion += 1;
      }, trafficDelayMs);
    });
    const ways = { WebSocket: WebSocket as unknown as WebSocketConstructor, fetch: fetch.bind(globalThis) };
    this.#gate = new Gate(ways);
    this.rpc = connect({
      url: baseUrl,
      token,
      json,
      msgpack,
      client: clientIdentity,
      WebSocket: this.#gate.WebSocket,
      fetch: this.#gate.fetch,
    });
    this.rpc.on("traffic", (traffic) => this.#onTraffic(traffic));
    this.rpc.on("lost", ({ reason }) => (this.#lostBecause = reason));
    this.rpc.on("state", (state) => this.#onState(state));
    this.#pingTimer = setInterval(() => void this.#ping(), pingIntervalMs);
  }

  get isOpen(): boolean {
    return this.state.name === "open" || this.state.name === "degraded";
  }

  /** A request to the server beside the session. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const authorization = this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` };
    return fetch(`${this.baseUrl}${path}`, { ...init, headers: { ...authorization, ...init.headers } });
  }

  /** A call beside the session, so that what the page asks for itself is not among what somebody does. */
  async ask(method: string, params?: unknown): Promise<unknown> {
    if (!this.offersPost) return this.rpc.call(method, params);
    const { baseUrl, token } = this;
    const signal = AbortSignal.timeout(askTimeoutMs);
    const quietly = { onTraffic: () => {}, onItem: () => {}, fetch: fetch.bind(globalThis) };
    return postCall({ baseUrl, token, method, params, format: "json", isStream: false, signal, ...quietly });
  }

  // ---- what the buttons do ----

  break(): void {
    this.#note("plain", "Connection broken by hand");
    this.#gate.break();
  }

  keepTo(transport: TransportName | undefined): void {
    this.keptTo = transport;
    this.#note("plain", transport ? `Kept to ${transportLabels[transport]} by hand` : "Every transport allowed again");
    this.#gate.keepTo(transport);
  }

  close(): void {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#trafficTimer);
    void this.rpc.close();
  }

  // ---- what the client tells ----

  #onState(state: ConnectionState): void {
    const before = this.state;
    this.state = state;
    const { name, transport, reason } = state;
    if (this.isOpen && transport) {
      this.#tellOpen(transport, before);
      void this.#ping();
    } else if (name === "reconnecting" && this.#brokenAtMs === undefined) {
      this.#brokenAtMs = performance.now();
      this.#note("bad", reason?.message ?? "The connection was lost");
    } else if (name === "closed" && reason?.reason !== "closed") {
      this.#note("bad", reason?.message ?? "Closed");
      if (reason?.reason === "not_authenticated") this.#onRefused(reason.message);
    }
  }

  #tellOpen(transport: TransportName, before: ConnectionState): void {
    const over = transportLabels[transport];
    const awayMs = this.#brokenAtMs === undefined ? undefined : performance.now() - this.#brokenAtMs;
    if (this.#lostBecause !== undefined) {
      this.#note("bad", `New session over ${over}: the old one was lost (${this.#lostBecause})`);
    } else if (awayMs !== undefined) {
      this.#note("good", `Resumed over ${over} after ${milliseconds(awayMs)}, nothing lost`);
    } else if (before.name === "connecting") {
      this.#note("good", `Session opened over ${over}`);
      void this.#askWhatIsOffered();
    } else if (before.transport !== transport) {
      this.#note("good", `Moved to ${over}, nothing lost`);
    }
    this.#brokenAtMs = this.#lostBecause = undefined;
  }

  #note(mood: Happening["mood"], text: string): void {
    const sentence = `${text[0]?.toUpperCase()}${text.slice(1)}`;
    this.happenings = [{ atMs: Date.now(), mood, text: sentence }, ...this.happenings].slice(0, maxHappenings);
  }

  #onTraffic(traffic: Traffic): void {
    this.traffic.add(pageCaller, traffic, Date.now());
    const { direction, data } = traffic;
    if (direction !== "in" || typeof data !== "string" || !data.includes('"session.')) return;
    for (const { message } of messagesOf(traffic)) {
      const params = isObject(message) && isObject(message["params"]) ? message["params"] : {};
      if (typeof params["session"] === "string") this.session = params["session"];
      if (typeof params["version"] === "string") this.version = params["version"];
    }
  }

  async #ping(): Promise<void> {
    if (!this.isOpen || document.visibilityState === "hidden") return;
    const startMs = performance.now();
    try {
      await this.rpc.call("rpc.ping", undefined, { timeoutMs: 10_000 });
      this.roundTripMs = performance.now() - startMs;
    } catch {
      this.roundTripMs = undefined; // the state says why
    }
  }

  async #askWhatIsOffered(): Promise<void> {
    try {
      const headers = { "Content-Type": "application/json" };
      const response = await this.fetch("/rpc/negotiate", { method: "POST", headers, body: "{}" });
      const { transports } = (await response.json()) as { transports: { name: string }[] };
      const names = transports.map(({ name }) => name);
      this.offered = allTransports.filter((name) => names.includes(name));
      this.offersPost = names.includes("post");
    } catch {
      this.offered = allTransports; // HTTP does not get through
    }
  }
}

export const [getConnection, setConnection] = createContext<PageConnection>();
