import { compact, json, msgpack } from "./codecs.js";
import { isObject, kindOf, labelOf, redacted, type MessageKind } from "./messages.js";
import { fromBase64, type Traffic } from "./sidewire.js";

/** Whose connection a message went over: the page's own, or one that a single call was given. */
export type Source = "page" | "call";

/** A message that travelled. */
export interface TrafficEntry {
  /** Counts from 1. */
  key: number;
  atMs: number;
  source: Source;
  direction: Traffic["direction"];
  transport: Traffic["transport"];
  format: "json" | "msgpack";
  sizeBytes: number;
  kind: MessageKind;
  label: string;
  /** Without secrets. */
  message: unknown;
}

export const bounds = { maxCount: 5000, maxBytes: 16 << 20, maxRecordedBytes: 64 << 20 };

const encoder = new TextEncoder();
const sizeOf = (data: string | Uint8Array) => (typeof data === "string" ? encoder.encode(data).length : data.length);

type Part = Pick<TrafficEntry, "message" | "format" | "sizeBytes">;

/** The messages of what travelled: an envelope holds several. What can't be read is shown as its text. */
export function messagesOf({ data, transport }: Pick<Traffic, "data" | "transport">): Part[] {
  const whole = partOf(data);
  const { message } = whole;
  const isEnvelope = (transport === "poll" || transport === "post") && isObject(message) && !("jsonrpc" in message);
  if (!isEnvelope) return [whole];
  const { messages, ...rest } = message;
  if (!Array.isArray(messages) || messages.length === 0) return [{ ...whole, message: rest }];
  return messages.map((element: unknown) =>
    typeof element === "string" ? partOf(fromBase64(element)) : { ...partOf(compact(element)), message: element },
  );
}

function partOf(data: string | Uint8Array): Part {
  const isText = typeof data === "string";
  const part = { format: isText ? ("json" as const) : ("msgpack" as const), sizeBytes: sizeOf(data) };
  try {
    return { ...part, message: (isText ? json : msgpack).decode(data) };
  } catch {
    return { ...part, message: isText ? data : `${data.length} bytes that are no MessagePack` };
  }
}

/** The last messages, bounded in number and bytes, and a recording of them while there is one. */
export class TrafficLog {
  entries: TrafficEntry[] = [];
  isPaused = false;
  totals = { in: { count: 0, bytes: 0 }, out: { count: 0, bytes: 0 } };
  #keptBytes = 0;
  #count = 0;
  readonly #pings = new Set<unknown>(); // ids of round trips that are under way
  #recording: { lines: string[]; bytes: number; isFull: boolean } | undefined;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  add(source: Source, traffic: Traffic, atMs: number): void {
    const { direction, transport } = traffic;
    for (const { message, format, sizeBytes } of messagesOf(traffic)) {
      const shown = redacted(message);
      const total = this.totals[direction];
      total.count += 1;
      total.bytes += sizeBytes;
      const facts = { key: ++this.#count, atMs, source, direction, transport, format, sizeBytes };
      const kind = this.#isPong(message) ? "session" : kindOf(message);
      const entry: TrafficEntry = { ...facts, kind, label: labelOf(message), message: shown };
      this.#record(entry);
      if (!this.isPaused) this.#keep(entry);
    }
    this.#onChange();
  }

  /** Whether it answers a round trip that was measured. */
  #isPong(message: unknown): boolean {
    if (!isObject(message)) return false;
    const { method, id } = message;
    if (method === "rpc.ping") this.#pings.add(id);
    return method === undefined && this.#pings.delete(id);
  }

  #keep(entry: TrafficEntry): void {
    this.entries.push(entry);
    this.#keptBytes += entry.sizeBytes;
    let gone = 0;
    while (this.entries.length - gone > bounds.maxCount || this.#keptBytes > bounds.maxBytes) {
      const oldest = this.entries[gone];
      if (oldest === undefined || oldest === entry) break; // one message of any size
      this.#keptBytes -= oldest.sizeBytes;
      gone += 1;
    }
    if (gone > 0) this.entries.splice(0, gone);
  }

  clear(): void {
    this.entries = [];
    this.#keptBytes = 0;
    this.#onChange();
  }

  // ---- recording ----

  /** How much is recorded; undefined while nothing is. */
  get recorded(): { count: number; bytes: number; isFull: boolean } | undefined {
    const recording = this.#recording;
    return recording && { count: recording.lines.length, bytes: recording.bytes, isFull: recording.isFull };
  }

  record(): void {
    this.#recording = { lines: [], bytes: 0, isFull: false };
    this.#onChange();
  }

  /** Ends the recording: JSON lines. */
  stopRecording(): string {
    const lines = this.#recording?.lines ?? [];
    this.#recording = undefined;
    this.#onChange();
    return lines.map((line) => `${line}\n`).join("");
  }

  #record({ atMs, source, direction, transport, format, sizeBytes, message }: TrafficEntry): void {
    const recording = this.#recording;
    if (!recording || recording.isFull) return;
    const time = new Date(atMs).toISOString();
    const line = compact({ time, source, direction, transport, format, sizeBytes, message });
    if (recording.bytes + line.length > bounds.maxRecordedBytes) {
      recording.isFull = true;
      return;
    }
    recording.lines.push(line);
    recording.bytes += line.length;
  }
}

/** Which messages somebody wants to see. */
export interface TrafficFilter {
  text: string;
  direction: Traffic["direction"] | "both";
  kinds: ReadonlySet<MessageKind>;
}

export function filtered(entries: readonly TrafficEntry[], { text, direction, kinds }: TrafficFilter): TrafficEntry[] {
  const wanted = text.trim().toLowerCase();
  return entries.filter(
    (entry) =>
      (direction === "both" || entry.direction === direction) &&
      kinds.has(entry.kind) &&
      (wanted === "" ||
        entry.label.toLowerCase().includes(wanted) ||
        compact(entry.message).toLowerCase().includes(wanted)),
  );
}
