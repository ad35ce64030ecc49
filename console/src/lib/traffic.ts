import { compact, json, msgpack } from "./codecs.js";
import { isObject, kindOf, labelOf, type MessageKind } from "./messages.js";
import { Recording } from "./recording.js";
import { redacted } from "./redaction.js";
import { fromBase64, type Traffic } from "./sidewire.js";

/** The page's own session; each session or request that a call is given has a number of its own. */
export const pageCaller = 1;

/** A message that travelled. */
export interface TrafficEntry {
  /** Counts from 1. */
  key: number;
  atMs: number;
  caller: number;
  direction: Traffic["direction"];
  transport: Traffic["transport"];
  format: "json" | "msgpack";
  sizeBytes: number;
  kind: MessageKind;
  label: string;
  /** Without secrets; where it can't be read, its text or what it is. */
  message: unknown;
  isReadable: boolean;
}

export const bounds = { maxCount: 5000, maxBytes: 16 << 20 };

const encoder = new TextEncoder();
const sizeOf = (data: string | Uint8Array) => (typeof data === "string" ? encoder.encode(data).length : data.length);

type Part = Pick<TrafficEntry, "message" | "format" | "sizeBytes" | "isReadable">;

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
    return { ...part, message: (isText ? json : msgpack).decode(data), isReadable: true };
  } catch {
    return { ...part, isReadable: false, message: isText ? data : `${data.length} bytes that are no MessagePack` };
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
  #callerCount = pageCaller;
  #recording: Recording | undefined;
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** A number for another session or request. */
  numberCaller(): number {
    return ++this.#callerCount;
  }

  add(caller: number, traffic: Traffic, atMs: number): void {
    const { direction, transport } = traffic;
    for (const { message, format, sizeBytes, isReadable } of messagesOf(traffic)) {
      const shown = redacted(message);
      const total = this.totals[direction];
      total.count += 1;
      total.bytes += sizeBytes;
      const facts = { key: ++this.#count, atMs, caller, direction, transport, format, sizeBytes, isReadable };
      const kind = this.#isPong(message) ? "session" : kindOf(message);
      const entry: TrafficEntry = { ...facts, kind, label: labelOf(message), message: shown };
      this.#recording?.take(entry);
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
    return recording && { count: recording.count, bytes: recording.bytes, isFull: recording.isFull };
  }

  record(serverVersion: string, atMs: number): void {
    this.#recording = new Recording(serverVersion, atMs);
    this.#onChange();
  }

  /** Ends the recording: its lines. */
  stopRecording(): string {
    const text = this.#recording?.text ?? "";
    this.#recording = undefined;
    this.#onChange();
    return text;
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
