import { fromBase64 } from "../base64.js";
import { methodOf, type Message } from "../messages.js";
import { decodeMessage } from "./connection.js";
import { readEnvelope } from "./envelope.js";
import { endingOf } from "./http.js";
import { HttpConnection } from "./http-connection.js";

const pollSeconds = 25;
/** A poll that is not answered so long after its time is dead. */
const graceMs = 15_000;

/** A session's messages by long poll. */
export class PollConnection extends HttpConnection {
  readonly transport = "poll";

  protected async read(): Promise<void> {
    for (let isFirst = true; !this.isGone; isFirst = false) {
      const overdue = setTimeout(() => this.end({ text: "a poll was not answered" }), pollSeconds * 1000 + graceMs);
      // The first asks; one without a time is answered at once, also where the session is on a poll already.
      const polled = this.get(`?poll=${isFirst ? 0 : pollSeconds}`, "application/json");
      this.context.session.told(); // by the request's header
      const response = await polled.finally(() => clearTimeout(overdue));
      if (!response.ok) return this.end(await endingOf(response));
      const text = await response.text();
      if (this.isGone) return;
      if (isFirst) this.ready();
      this.context.onTraffic?.("in", this.transport, text);
      if (!this.#takeAll(text)) return this.end({ text: "an answer that is no envelope" });
    }
  }

  #takeAll(text: string): boolean {
    const envelope = readEnvelope(this.context.json.decode(text));
    if (!envelope) return false;
    this.context.session.heard(performance.now());
    const sizeBytes = text.length / Math.max(1, envelope.messages.length);
    let number = envelope.first;
    for (const element of envelope.messages) {
      const isText = typeof element === "string";
      const message = isText ? decodeMessage(this.context, fromBase64(element)) : (element as Message);
      const isCounted = !methodOf(message)?.startsWith("session.");
      this.take(message, sizeBytes, isCounted && number !== undefined ? number++ : undefined);
    }
    return true;
  }
}
