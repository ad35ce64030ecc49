/** What travels: text is JSON, bytes are MessagePack. */
export type Encoded = string | Uint8Array;

/** A format of messages. */
export interface Codec {
  /** Its name on the wire. */
  readonly name: "json" | "msgpack";
  encode(message: unknown): Encoded;
  decode(data: Encoded): unknown;
}

export const jsonCodec: Codec = {
  name: "json",
  encode: (message) => JSON.stringify(message),
  decode: (text) => JSON.parse(text as string) as unknown,
};

const encoder = new TextEncoder();

/** Bytes of a message on the wire; of short text as if it were ASCII, since it is asked for each message. */
export function sizeOf(data: Encoded): number {
  if (typeof data !== "string") return data.byteLength;
  return data.length < 0x10000 ? data.length : encoder.encode(data).length;
}
