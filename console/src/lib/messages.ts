/** What is known of a message without knowing its program. */

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** `session` holds what keeps the session itself alive, round trips that the page measures included. */
export const messageKinds = ["request", "response", "error", "notification", "session"] as const;
export type MessageKind = (typeof messageKinds)[number];

export function kindOf(message: unknown): MessageKind {
  if (Array.isArray(message)) return message.length > 0 ? kindOf(message[0]) : "request";
  if (!isObject(message)) return "session";
  const { method, id, error } = message;
  if (typeof method !== "string") return error !== undefined ? "error" : "id" in message ? "response" : "session";
  if (method.startsWith("session.") || method === "rpc.ping") return "session";
  return id === undefined ? "notification" : "request";
}

/** A message in a few words. */
export function labelOf(message: unknown): string {
  if (Array.isArray(message)) return `batch of ${message.length}`;
  if (!isObject(message)) return "unknown";
  const { method, id, error, received } = message;
  const number = id === undefined || id === null ? "" : ` #${String(id)}`;
  if (typeof method === "string") return `${method}${topicOf(message)}${number}`;
  if (isObject(error)) return `error${number}: ${String(error["message"])}`;
  if ("id" in message) return `result${number}`;
  return received === undefined ? "empty envelope" : `received up to ${String(received)}`;
}

function topicOf({ params }: JsonObject): string {
  const meta = isObject(params) ? params["_meta"] : undefined;
  const topic = isObject(meta) ? meta["topic"] : undefined;
  return typeof topic === "string" ? ` (${topic})` : "";
}
