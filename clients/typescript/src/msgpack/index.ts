import type { Codec } from "../codec.js";
import { Decoder, type Integers } from "./decoder.js";
import { Encoder } from "./encoder.js";

/** A codec with other integers than numbers, to go with `bigintJson`. */
export function createMsgpack(options: { integers?: Integers } = {}): Codec {
  const encoder = new Encoder();
  const { integers = "number" } = options;
  return {
    name: "msgpack",
    encode: (message) => encoder.encode(message),
    decode: (data) => new Decoder(data as Uint8Array, integers).decode(),
  };
}

/**
 * MessagePack, where bytes are `Uint8Array` in both directions:
 *
 *     connect({ url, token, msgpack })                     // results with bytes and large ones come as MessagePack
 *     connect({ url, token, msgpack, format: "msgpack" })  // everything does
 */
export const msgpack: Codec = createMsgpack();
