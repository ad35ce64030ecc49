import { isObject } from "./messages.js";

export const redactedText = "[redacted]";

/** Parts of names, in lower case, whose members hold secrets: `resumeToken`, `api_key`. */
const secretParts = ["token", "secret", "password", "passphrase", "authorization", "apikey", "credential", "cookie"];

/** Whether a text under this name is taken for a secret. */
export function namesSecret(name: string): boolean {
  const plain = name.replace(/[_-]/g, "").toLowerCase();
  return plain !== "progresstoken" && secretParts.some((part) => plain.includes(part));
}

/** The message without what may be a secret, by the rules of the server's own recordings. */
export function redacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redacted);
  if (!isObject(value)) return value;
  const { method } = value;
  const isProof = typeof method === "string" && method.startsWith("auth.");
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      const isSecret = (isProof && name === "params") || (typeof member === "string" && namesSecret(name));
      return [name, isSecret ? redactedText : redacted(member)];
    }),
  );
}
