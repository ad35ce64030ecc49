import { isObject } from "./messages.js";

/** A session as `system.sessions` tells it. */
export interface SessionFacts {
  id: string;
  principal: string;
  client: string;
  /** Undefined while its client is away. */
  transport: string | undefined;
  format: string;
  address: string | undefined;
  startedAtMs: number;
  /** Since when it is on its connection, or waits for its client. */
  sinceMs: number;
  queuedMessages: number;
  queuedBytes: number;
  runningCalls: number;
  subscriptions: number;
}

export function sessionsOf(told: unknown): SessionFacts[] {
  const sessions = isObject(told) && Array.isArray(told["sessions"]) ? told["sessions"].filter(isObject) : [];
  return sessions.map((one) => ({
    id: String(one["id"]),
    principal: String(one["principal"]),
    client: clientOf(one["client"]),
    transport: textOf(one["transport"]),
    format: String(one["format"]),
    address: textOf(one["address"]),
    startedAtMs: Date.parse(String(one["startedAt"])),
    sinceMs: Date.parse(String(one["since"])),
    queuedMessages: Number(one["queuedMessages"]),
    queuedBytes: Number(one["queuedBytes"]),
    runningCalls: Number(one["runningCalls"]),
    subscriptions: Number(one["subscriptions"]),
  }));
}

const textOf = (value: unknown) => (typeof value === "string" ? value : undefined);

function clientOf(client: unknown): string {
  if (!isObject(client) || typeof client["name"] !== "string") return "unnamed";
  return typeof client["version"] === "string" ? `${client["name"]} ${client["version"]}` : client["name"];
}
