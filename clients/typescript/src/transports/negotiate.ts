import { isObject } from "../messages.js";
import type { TransportName } from "../rpc/types.js";
import type { ConnectionContext } from "./connection.js";

const timeoutMs = 5000;

/** A transport that did not work where the client is, and why. */
export interface FailedTransport {
  transport: TransportName;
  reason: string;
}

/** Asks the server which transports it would use (PROTOCOL, section 6). Undefined where it does not say. */
export async function negotiate(
  context: ConnectionContext,
  wanted: readonly TransportName[],
  failed: FailedTransport[],
): Promise<TransportName[] | undefined> {
  const { baseUrl, token, msgpack, client } = context;
  try {
    const response = await context.fetch(`${baseUrl}/rpc/negotiate`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({
        transports: wanted,
        formats: msgpack ? ["json", "msgpack"] : ["json"],
        client,
        failed,
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.ok ? chosen(await response.json(), wanted) : undefined;
  } catch {
    return undefined; // what it would have said shows in the attempts
  }
}

/** Those of the answer that are wanted, in its order. */
export function chosen(answer: unknown, wanted: readonly TransportName[]): TransportName[] | undefined {
  if (!isObject(answer) || !Array.isArray(answer["transports"])) return undefined;
  const names = answer["transports"].map((one: unknown) => (isObject(one) ? one["name"] : undefined));
  return names.filter((name): name is TransportName => wanted.includes(name as TransportName));
}
