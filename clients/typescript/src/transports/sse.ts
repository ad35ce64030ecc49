import { fromBase64 } from "../base64.js";
import { decodeMessage } from "./connection.js";
import { endingOf } from "./http.js";
import { HttpConnection } from "./http-connection.js";
import { SseParser } from "./sse-parser.js";

const maxEventLength = 48 << 20;

/** A session's messages as Server-Sent Events, read by `fetch` so that headers and abort work. */
export class SseConnection extends HttpConnection {
  readonly transport = "sse";

  protected async read(): Promise<void> {
    const response = await this.get("", "text/event-stream");
    const isStream = response.headers.get("Content-Type")?.startsWith("text/event-stream");
    if (!response.ok || !response.body || !isStream) return this.end(await endingOf(response));
    this.ready();
    const parser = new SseParser(maxEventLength);
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    while (!this.isGone) {
      const { done, value } = await reader.read();
      if (done) return this.end({ text: "the event stream ended" });
      if (this.isGone) return;
      this.context.session.heard(performance.now());
      for (const { type, data, id } of parser.feed(decoder.decode(value, { stream: true }))) {
        this.context.onTraffic?.("in", this.transport, data);
        const message = decodeMessage(this.context, type === "msgpack" ? fromBase64(data) : data);
        this.take(message, data.length, id === undefined ? undefined : Number(id));
      }
    }
  }
}
