import { toBase64 } from "../base64.js";
import type { Encoded } from "../codec.js";
import { isObject } from "../messages.js";
import type { Group } from "../session/outbox.js";

/** What came in one envelope: messages as they are, MessagePack ones as base64. */
export interface Envelope {
  first: number | undefined;
  messages: unknown[];
  received: number | undefined;
}

/** The envelope of a group, in which every message keeps the text that it has. */
export function writeEnvelope({ first, messages, own, received }: Group): string {
  const elements = own.map((method) => JSON.stringify({ jsonrpc: "2.0", method }));
  for (const { data } of messages) elements.push(element(data));
  const count = messages.length > 0 ? `"first":${first},` : "";
  const list = elements.length > 0 ? `"messages":[${elements.join(",")}],` : "";
  return `{${count}${list}"received":${received}}`;
}

const element = (data: Encoded): string => (typeof data === "string" ? data : `"${toBase64(data)}"`);

/** Undefined where it is none. */
export function readEnvelope(value: unknown): Envelope | undefined {
  if (!isObject(value)) return undefined;
  const { first, messages = [], received } = value;
  if (!Array.isArray(messages)) return undefined;
  return {
    first: typeof first === "number" ? first : undefined,
    messages,
    received: typeof received === "number" ? received : undefined,
  };
}
