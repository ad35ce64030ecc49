const firstSize = 1024;
const maxShortLength = 64;
const texts = new TextEncoder();

/** Writes values as MessagePack, into memory that is used again. */
export class Encoder {
  #bytes = new Uint8Array(firstSize);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  encode(value: unknown): Uint8Array {
    this.#at = 0;
    this.#write(value, 0);
    const written = this.#bytes.slice(0, this.#at);
    if (this.#bytes.length > 1 << 20) this.#resize(firstSize); // a large message is not kept
    return written;
  }

  #resize(size: number): void {
    const bytes = new Uint8Array(size);
    bytes.set(this.#bytes.subarray(0, Math.min(this.#at, size)));
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }

  /** Room for so many bytes; where they begin. */
  #room(count: number): number {
    const at = this.#at;
    this.#at += count;
    if (this.#at > this.#bytes.length) {
      this.#at = at;
      this.#resize(Math.max(2 * this.#bytes.length, at + count));
      this.#at = at + count;
    }
    return at;
  }

  #write(value: unknown, depth: number): void {
    if (depth > 256) throw new RangeError("nested too deeply, or in a circle");
    switch (typeof value) {
      case "string":
        return this.#writeText(value);
      case "number":
        return Number.isSafeInteger(value) && !Object.is(value, -0)
          ? this.#writeInteger(value)
          : this.#writeDouble(value);
      case "boolean":
        return this.#writeByte(value ? 0xc3 : 0xc2);
      case "bigint":
        return this.#writeBigInt(value);
      case "object":
        if (value !== null) return this.#writeObject(value, depth);
    }
    this.#writeByte(0xc0); // null, and as JSON has it what has no value
  }

  #writeByte(byte: number): void {
    const at = this.#room(1);
    this.#bytes[at] = byte;
  }

  #writeBytes(bytes: Uint8Array): void {
    const at = this.#room(bytes.length); // before the memory is named, since it may be another one then
    this.#bytes.set(bytes, at);
  }

  #writeInteger(value: number): void {
    if (value >= 0) {
      if (value < 0x80) return this.#writeByte(value);
      if (value < 0x100) return this.#write8(0xcc, value);
      if (value < 0x10000) return this.#write16(0xcd, value);
      if (value < 0x100000000) return this.#write32(0xce, value);
    } else {
      if (value >= -0x20) return this.#writeByte(value & 0xff);
      if (value >= -0x80) return this.#write8(0xd0, value & 0xff);
      if (value >= -0x8000) return this.#write16(0xd1, value & 0xffff);
      if (value >= -0x80000000) return this.#write32(0xd2, value >>> 0);
    }
    this.#writeBigInt(BigInt(value));
  }

  #writeBigInt(value: bigint): void {
    if (value > 0xffffffffffffffffn || value < -0x8000000000000000n) throw new RangeError("an integer beyond 64 bits");
    const at = this.#room(9);
    this.#bytes[at] = value < 0n ? 0xd3 : 0xcf;
    this.#view.setBigUint64(at + 1, BigInt.asUintN(64, value));
  }

  #writeDouble(value: number): void {
    if (!Number.isFinite(value)) return this.#writeByte(0xc0); // as JSON.stringify does
    const at = this.#room(9);
    this.#bytes[at] = 0xcb;
    this.#view.setFloat64(at + 1, value);
  }

  #write8(type: number, value: number): void {
    const at = this.#room(2);
    this.#bytes[at] = type;
    this.#bytes[at + 1] = value;
  }
  #write16(type: number, value: number): void {
    const at = this.#room(3);
    this.#bytes[at] = type;
    this.#view.setUint16(at + 1, value);
  }
  #write32(type: number, value: number): void {
    const at = this.#room(5);
    this.#bytes[at] = type;
    this.#view.setUint32(at + 1, value);
  }

  #writeText(text: string): void {
    if (text.length >= maxShortLength || !this.#writeShortText(text)) this.#writeAnyText(text);
  }

  /** False for what is not ASCII. Asking for the bytes of so short a text takes longer than writing them. */
  #writeShortText(text: string): boolean {
    const { length } = text;
    const begin = this.#at;
    this.#writeTextLength(length);
    let at = this.#room(length);
    for (let index = 0; index < length; ++index) {
      const code = text.charCodeAt(index);
      if (code >= 0x80) {
        this.#at = begin;
        return false;
      }
      this.#bytes[at++] = code;
    }
    return true;
  }

  #writeAnyText(text: string): void {
    const bytes = texts.encode(text);
    if (bytes.length < 0x100) this.#writeTextLength(bytes.length);
    else if (bytes.length < 0x10000) this.#write16(0xda, bytes.length);
    else this.#write32(0xdb, bytes.length);
    this.#writeBytes(bytes);
  }

  /** Of a text of less than 256 bytes. */
  #writeTextLength(length: number): void {
    if (length < 32) this.#writeByte(0xa0 | length);
    else this.#write8(0xd9, length);
  }

  #writeObject(value: object, depth: number): void {
    if (value instanceof Uint8Array) return this.#writeBinary(value);
    if (value instanceof ArrayBuffer) return this.#writeBinary(new Uint8Array(value));
    if (Array.isArray(value)) {
      this.#writeLength(value.length, 0x90, 0xdc);
      for (const element of value) this.#write(element, depth + 1);
      return;
    }
    const { toJSON } = value as { toJSON?: () => unknown };
    if (typeof toJSON === "function") return this.#write(toJSON.call(value), depth + 1);
    this.#writeMembers(value as Record<string, unknown>, depth);
  }

  #writeMembers(value: Record<string, unknown>, depth: number): void {
    const names = Object.keys(value).filter((name) => value[name] !== undefined && typeof value[name] !== "function");
    this.#writeLength(names.length, 0x80, 0xde);
    for (const name of names) {
      this.#writeText(name);
      this.#write(value[name], depth + 1);
    }
  }

  #writeLength(length: number, short: number, long: number): void {
    if (length < 16) this.#writeByte(short | length);
    else if (length < 0x10000) this.#write16(long, length);
    else this.#write32(long + 1, length);
  }

  #writeBinary(bytes: Uint8Array): void {
    if (bytes.length < 0x100) this.#write8(0xc4, bytes.length);
    else if (bytes.length < 0x10000) this.#write16(0xc5, bytes.length);
    else this.#write32(0xc6, bytes.length);
    this.#writeBytes(bytes);
  }
}
