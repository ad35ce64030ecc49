import { isObject } from "../messages.js";
import type { TransportName } from "../rpc/types.js";
import type { ConnectionContext } from "./connection.js";

const timeoutMs = 5000;

/** Asks the server which transports it would use (PROTOCOL, section 6). Undefined where it does not say. */
export async function negotiate(
  context: ConnectionContext,
  wanted: readonly TransportName[],
  failed: { name: TransportName; why: string }[],
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
        failed: failed.map(({ name, why }) => ({ name, reason: why })),
      }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.ok ? chosen(await response.json(), wanted) : undefined;
  } catch {
    return undefined; // what it would have said shows in the attempts
  }
}

/** Of the wanted ones those that the server has, its own choice first. */
export function chosen(answer: unknown, wanted: readonly TransportName[]): TransportName[] | undefined {
  if (!isObject(answer) || !Array.isArray(answer["transports"])) return undefined;
  const offered = new Set(answer["transports"].map((one: unknown) => (isObject(one) ? one["name"] : undefined)));
  const common = wanted.filter((transport) => offered.has(transport));
  const first = common.filter((transport) => transport === answer["transport"]);
  return [...first, ...common.filter((transport) => transport !== answer["transport"])];
}
