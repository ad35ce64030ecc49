import { bigintJson, createMsgpack, toBase64 } from "./sidewire.js";

/** JSON and MessagePack that keep integers of 64 bits whole. */
export const json = bigintJson();
export const msgpack = createMsgpack({ integers: "bigint" });

/** JSON as people read it; bytes are base64, as on the wire. */
export function pretty(value: unknown): string {
  return indent(json.encode(withoutBytes(value) ?? null) as string);
}

/** JSON in one line. */
export const compact = (value: unknown): string => json.encode(withoutBytes(value) ?? null) as string;

export const parseJson = (text: string): unknown => json.decode(text);

function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64(value);
  if (Array.isArray(value)) return value.map(withoutBytes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, withoutBytes(member)]));
}

/** Indents JSON text without reading its numbers, which may be longer than a number can hold. */
function indent(text: string): string {
  let depth = 0;
  let out = "";
  for (const token of text.match(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|[^{}[\],:\s"]+/g) ?? []) {
    if (token === "{" || token === "[") out += `${token}\n${"  ".repeat(++depth)}`;
    else if (token === "}" || token === "]") out += `\n${"  ".repeat(--depth)}${token}`;
    else if (token === ",") out += `,\n${"  ".repeat(depth)}`;
    else out += token === ":" ? ": " : token;
  }
  return out;
}
