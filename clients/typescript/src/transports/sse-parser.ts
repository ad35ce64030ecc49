/** One event of an event stream. */
export interface ServerSentEvent {
  type: string;
  data: string;
  /** Of this very event, unlike `EventSource`, which keeps the last one. */
  id: string | undefined;
}

/**
 * Reads an event stream (WHATWG HTML, 9.2.6) as it comes, in pieces of any size. Pure. What it holds of an unfinished
 * event is bounded by `maxEventLength` characters.
 */
export class SseParser {
  #rest = "";
  #data: string[] = [];
  #type = "";
  #id: string | undefined;
  #length = 0;
  #mayHaveMark = true;
  #isCut = false; // `#rest` ends with a CR, which may be the first half of CR LF
  readonly #maxEventLength: number;

  constructor(maxEventLength: number) {
    this.#maxEventLength = maxEventLength;
  }

  /** The events that this piece ends. Throws where one is longer than allowed. */
  feed(piece: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    if (this.#mayHaveMark && piece !== "") {
      this.#mayHaveMark = false;
      if (piece.charCodeAt(0) === 0xfeff) piece = piece.slice(1);
    }
    if (this.#isCut || /[\r\n]/.test(piece)) this.#takeLines(this.#rest + piece, events);
    else this.#rest += piece; // the middle of a long line, which is not searched again
    if (this.#length + this.#rest.length > this.#maxEventLength) throw new RangeError("an event is too long");
    return events;
  }

  #takeLines(text: string, events: ServerSentEvent[]): void {
    this.#isCut = text.endsWith("\r");
    const lines = (this.#isCut ? text.slice(0, -1) : text).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() as string) + (this.#isCut ? "\r" : "");
    for (const line of lines) this.#takeLine(line, events);
  }

  #takeLine(line: string, events: ServerSentEvent[]): void {
    if (line === "") {
      if (this.#data.length > 0) {
        events.push({ type: this.#type || "message", data: this.#data.join("\n"), id: this.#id });
      }
      this.#data = [];
      this.#type = "";
      this.#id = undefined;
      this.#length = 0;
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return; // a comment
    const field = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    this.#length += value.length;
    if (field === "data") this.#data.push(value);
    else if (field === "event") this.#type = value;
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }
}
