/** What travels: text is JSON, bytes are MessagePack. */
export type Encoded = string | Uint8Array;

/** A format of messages. */
export interface Codec {
  /** Its name on the wire. */
  readonly name: "json" | "msgpack";
  encode(message: unknown): Encoded;
  decode(data: Encoded): unknown;
}

/** Whether integers beyond 2^53 come as `bigint`, or rounded as JavaScript does. */
export type Integers = "number" | "bigint";

export const jsonCodec: Codec = {
  name: "json",
  encode: (message) => JSON.stringify(message),
  decode: (text) => JSON.parse(text as string) as unknown,
};

// Strings of the message are matched first, so that digits within them are left alone.
const longIntegers = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/** JSON whose integers of 64 bits keep all their digits: those that a number can't hold are `bigint`. */
export function bigintJsonCodec(): Codec {
  // Stands before the digits where a bigint passes through text; nobody else can know it.
  const mark = `#${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}:`;
  const marked = new RegExp(`"${mark}(-?\\d+)"`, "g");
  return {
    name: "json",
    encode: (message) =>
      JSON.stringify(message, (_, value: unknown) => (typeof value === "bigint" ? `${mark}${value}` : value)).replace(
        marked,
        "$1",
      ),
    decode: (text) => {
      let hasLong = false;
      const readable = (text as string).replace(longIntegers, (found) => {
        if (found[0] === '"' || Number.isSafeInteger(Number(found))) return found;
        hasLong = true;
        return `"${mark}${found}"`;
      });
      if (!hasLong) return JSON.parse(readable) as unknown;
      return JSON.parse(readable, (_, value: unknown) =>
        typeof value === "string" && value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value,
      ) as unknown;
    },
  };
}

const encoder = new TextEncoder();

/** Bytes of a message on the wire; of short text as if it were ASCII, since it is asked for each message. */
export function sizeOf(data: Encoded): number {
  if (typeof data !== "string") return data.byteLength;
  return data.length < 0x10000 ? data.length : encoder.encode(data).length;
}

/** Base64 (RFC 4648, section 4). */
export function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}

export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
