import { jsonCodec, type Codec } from "../codec.js";
import { TransportError } from "../errors.js";
import { baseUrlOf, type ConnectOptions, type ServerAddress, type TokenRequest } from "../options.js";
import type { Session } from "../session/session.js";
import type { ConnectionContext, ConnectionUser } from "../transports/connection.js";
import { webSocketHere } from "../transports/environment.js";

/** Finds out before each attempt where the server is and what to show it. */
export class Connector {
  readonly json: Codec;
  readonly writes: Codec;
  readonly fetch: typeof fetch;
  readonly #options: ConnectOptions;
  #isRenewing = false;
  /** Where the server was looked for last; undefined where nobody knows. */
  baseUrl: string | undefined;

  constructor(options: ConnectOptions) {
    const { json = jsonCodec, format, msgpack } = options;
    if (format === "msgpack" && !msgpack) throw new TypeError('the format "msgpack" needs its codec');
    this.#options = options;
    this.json = json;
    this.writes = format === "msgpack" && msgpack ? msgpack : this.json;
    this.fetch = options.fetch ?? ((input, init) => fetch(input, init));
  }

  /** Rejects where there is no address, no token, or another server than the one looked for. */
  async prepare(
    reason: TokenRequest["reason"],
    session: Session,
    user: ConnectionUser,
    onTraffic: () => ConnectionContext["onTraffic"],
  ): Promise<ConnectionContext> {
    this.baseUrl = undefined;
    const { url, instance } = await this.#address();
    const baseUrl = (this.baseUrl = baseUrlOf(url));
    if (instance !== undefined) await this.#checkInstance(baseUrl, instance);
    return {
      baseUrl,
      token: await this.#token(reason),
      session,
      json: this.json,
      msgpack: this.#options.msgpack,
      writes: this.writes,
      client: this.#options.client ?? { name: "sidewire-typescript" },
      WebSocket: this.#options.WebSocket ?? (await webSocketHere()),
      fetch: this.fetch,
      user,
      get onTraffic() {
        return onTraffic();
      },
    };
  }

  async #address(): Promise<ServerAddress> {
    const { url } = this.#options;
    const found = typeof url === "function" ? await url() : url;
    return typeof found === "string" ? { url: found } : found;
  }

  async #checkInstance(baseUrl: string, instance: string): Promise<void> {
    const response = await this.fetch(`${baseUrl}/healthz`, { cache: "no-store" });
    const found = (await response.json()) as { instance?: string };
    if (found.instance !== instance) throw new TransportError("wrong_server", `another server answers at ${baseUrl}`);
  }

  async #token(reason: TokenRequest["reason"]): Promise<string | undefined> {
    const { token } = this.#options;
    return typeof token === "function" ? token({ reason }) : token;
  }

  get canRenewToken(): boolean {
    return typeof this.#options.token === "function";
  }

  /** Another token for the session that runs; undefined where there is none. */
  async renewToken(): Promise<string | undefined> {
    if (this.#isRenewing || !this.canRenewToken) return undefined;
    this.#isRenewing = true;
    try {
      return await this.#token("expired");
    } finally {
      this.#isRenewing = false;
    }
  }
}
