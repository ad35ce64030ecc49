import type { Codec } from "./codec.js";

// Strings of the message are matched first, so that digits within them are left alone.
const longIntegers = /"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g;

/**
 * JSON whose integers of 64 bits keep all their digits: those that a number can't hold are `bigint`.
 *
 *     connect({ url, token, json: bigintJson() })
 */
export function bigintJson(): Codec {
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
