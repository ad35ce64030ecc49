/** Whether integers beyond 2^53 come as `bigint`, or rounded as JavaScript does. */
export type Integers = "number" | "bigint";

const maxDepth = 256;
const texts = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads one MessagePack value: string keys, no extensions, as sidewire writes it. Throws on anything else. */
export class Decoder {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #integers: Integers;
  #at = 0;

  constructor(bytes: Uint8Array, integers: Integers) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#integers = integers;
  }

  decode(): unknown {
    const value = this.#read(0);
    if (this.#at !== this.#bytes.length) throw new RangeError("more than one value");
    return value;
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new RangeError("the message ends too early");
    this.#at += count;
    return at;
  }

  #uint(size: 1 | 2 | 4): number {
    const at = this.#take(size);
    return size === 1 ? this.#view.getUint8(at) : size === 2 ? this.#view.getUint16(at) : this.#view.getUint32(at);
  }

  #read(depth: number): unknown {
    const type = this.#uint(1);
    if (type < 0x80) return type;
    if (type >= 0xe0) return type - 0x100;
    if (type < 0x90) return this.#map(type & 0xf, depth);
    if (type < 0xa0) return this.#array(type & 0xf, depth);
    if (type < 0xc0) return this.#text(type & 0x1f);
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#binary(this.#uint(size(type - 0xc4)));
      case 0xca:
        return this.#view.getFloat32(this.#take(4));
      case 0xcb:
        return this.#view.getFloat64(this.#take(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return this.#uint(size(type - 0xcc));
      case 0xcf:
        return this.#integer(this.#view.getBigUint64(this.#take(8)));
      case 0xd0:
        return this.#view.getInt8(this.#take(1));
      case 0xd1:
        return this.#view.getInt16(this.#take(2));
      case 0xd2:
        return this.#view.getInt32(this.#take(4));
      case 0xd3:
        return this.#integer(this.#view.getBigInt64(this.#take(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#uint(size(type - 0xd9)));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#uint(size(type - 0xdb)), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#uint(size(type - 0xdd)), depth);
    }
    throw new TypeError(`MessagePack type 0x${type.toString(16)} has no meaning here`);
  }

  #integer(value: bigint): number | bigint {
    const number = Number(value);
    return this.#integers === "number" || Number.isSafeInteger(number) ? number : value;
  }

  #text(length: number): string {
    const at = this.#take(length);
    if (length > 24) return texts.decode(this.#bytes.subarray(at, at + length));
    // Short ones are mostly names in ASCII, which take longer to ask for than to read.
    let text = "";
    for (let index = at; index < at + length; ++index) {
      const byte = this.#bytes[index] as number;
      if (byte >= 0x80) return texts.decode(this.#bytes.subarray(at, at + length));
      text += String.fromCharCode(byte);
    }
    return text;
  }

  /** A copy, so that it does not keep the whole message. */
  #binary(length: number): Uint8Array {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  #array(length: number, depth: number): unknown[] {
    if (depth >= maxDepth) throw new RangeError("nested too deeply");
    const array: unknown[] = [];
    for (let index = 0; index < length; ++index) array.push(this.#read(depth + 1));
    return array;
  }

  #map(length: number, depth: number): Record<string, unknown> {
    if (depth >= maxDepth) throw new RangeError("nested too deeply");
    const map: Record<string, unknown> = {};
    for (let index = 0; index < length; ++index) {
      const name = this.#read(depth + 1);
      if (typeof name !== "string") throw new TypeError("a name that is no string");
      const value = this.#read(depth + 1);
      if (name === "__proto__")
        Object.defineProperty(map, name, { value, writable: true, enumerable: true, configurable: true });
      else map[name] = value;
    }
    return map;
  }
}

const size = (index: number): 1 | 2 | 4 => (index === 0 ? 1 : index === 1 ? 2 : 4);
