import { compact } from "./codecs.js";
import { isObject } from "./messages.js";
import type { TrafficEntry } from "./traffic.js";

export const maxRecordedBytes = 64 << 20;

/**
 * Messages as lines of JSON, in the form of the server's own recordings (`--record`), so that `sidewire-cli replay` makes
 * their calls again. As there, directions are the server's: what this page sends comes in.
 */
export class Recording {
  readonly #lines: string[] = [];
  bytes = 0;
  isFull = false;

  /** `version` is the server's. */
  constructor(version: string, startMs: number) {
    this.#add({ event: "recording", version, time: timeOf(startMs) });
  }

  /** How many messages it holds. */
  get count(): number {
    return this.#lines.length - 1;
  }

  get text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  /** What an envelope says beside its messages is none. */
  take({ atMs, caller, direction, format, message, isReadable, sizeBytes }: TrafficEntry): void {
    const isMessage = Array.isArray(message) || (isObject(message) && "jsonrpc" in message);
    if (isReadable && !isMessage) return;
    const facts = { time: timeOf(atMs), caller, direction: direction === "out" ? "in" : "out", format };
    this.#add(isReadable ? { ...facts, message } : { ...facts, unreadableBytes: sizeBytes });
  }

  #add(line: unknown): void {
    const text = compact(line);
    this.isFull ||= this.bytes + text.length > maxRecordedBytes;
    if (this.isFull) return;
    this.#lines.push(text);
    this.bytes += text.length;
  }
}

const timeOf = (atMs: number) => new Date(atMs).toISOString();
