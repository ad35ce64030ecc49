import type { Encoded } from "../codec.js";
import { notification, type JsonObject } from "../messages.js";
import {
  decodeMessage,
  type Connection,
  type ConnectionContext,
  type Ending,
  type WebSocketLike,
} from "./connection.js";

/** A session's messages as WebSocket messages. */
export class WebSocketConnection implements Connection {
  readonly transport = "websocket";
  readonly #context: ConnectionContext;
  readonly #socket: WebSocketLike;
  #isOpen = false;
  #isAbandoned = false;

  constructor(context: ConnectionContext) {
    this.#context = context;
    if (!context.WebSocket) throw new TypeError("there is no WebSocket here; give one, or install ws");
    const url = `${context.baseUrl.replace(/^http/, "ws")}/rpc`;
    const socket = new context.WebSocket(url, [`sidewire.1.${context.writes.name}`]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      if (this.#isAbandoned) return;
      this.#isOpen = true;
      context.user.onReady(this);
    };
    socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => {
      if (!this.#isAbandoned) this.#take(typeof data === "string" ? data : new Uint8Array(data));
    };
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => this.#end({ code, text: reason });
    socket.onerror = (event: { error?: unknown }) => this.#end({ cause: event.error });
    this.#socket = socket;
  }

  #take(data: Encoded): void {
    this.#context.onTraffic?.("in", this.transport, data);
    let message;
    try {
      message = decodeMessage(this.#context, data);
    } catch (cause) {
      this.#end({ text: "a message that can't be read", cause });
      return this.#socket.close();
    }
    this.#context.user.onMessage(this, message, data.length, undefined);
  }

  #end(ending: Ending): void {
    if (this.#isAbandoned) return;
    this.#isAbandoned = true;
    this.#context.user.onEnd(this, ending);
  }

  #write(data: Encoded): void {
    this.#context.onTraffic?.("out", this.transport, data);
    this.#socket.send(data as string | Uint8Array<ArrayBuffer>);
  }

  #control(method: string, params?: JsonObject): void {
    if (this.#isOpen && !this.#isAbandoned) this.#write(this.#context.writes.encode(notification(method, params)));
  }

  ask(): void {
    const { session, token, msgpack, client } = this.#context;
    this.#control("session.open", {
      ...(token === undefined ? {} : { token }),
      formats: msgpack ? ["json", "msgpack"] : ["json"],
      client,
      requests: true,
      ...(session.facts ? { resumeToken: session.facts.resumeToken, received: session.received } : {}),
    });
  }

  ping(): void {
    this.#control("session.ping");
  }

  pump(): void {
    if (!this.#isOpen || this.#isAbandoned) return;
    for (let next = this.#context.session.next(); next; next = this.#context.session.next()) {
      if ("message" in next) this.#write(next.message.data);
      else this.#control(next.method, next.params);
    }
  }

  finish(): void {
    this.#context.session.end();
    this.pump();
  }

  drop(): void {
    this.#control("session.end");
    this.abandon();
  }

  abandon(): void {
    this.#isAbandoned = true;
    // A socket that is closed while it connects reports an error, which nobody listens to.
    this.#socket.close(1000);
  }
}
