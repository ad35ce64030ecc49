import { isObject } from "../messages.js";
import type { ConnectionContext, Ending } from "./connection.js";

const formatsOf = ({ msgpack }: ConnectionContext) => (msgpack ? "json, msgpack" : "json");

/** What every request of a session says. */
export function sessionHeaders(context: ConnectionContext): Record<string, string> {
  const { token, session, client } = context;
  const headers: Record<string, string> = {};
  if (token !== undefined) headers["Authorization"] = `Bearer ${token}`;
  if (session.facts) headers["Sidewire-Session"] = session.facts.resumeToken;
  else {
    headers["Sidewire-Formats"] = formatsOf(context);
    headers["Sidewire-Requests"] = "true";
    headers["Sidewire-Client"] = client.version ? `${client.name}/${client.version}` : client.name;
  }
  return headers;
}

/** Why an answer is none of those that were hoped for. */
export async function endingOf(response: Response): Promise<Ending> {
  const retryAfter = Number(response.headers.get("Retry-After"));
  const body = (await response.json().catch(() => undefined)) as unknown;
  const error = isObject(body) && isObject(body["error"]) ? body["error"] : {};
  const data = isObject(error["data"]) ? error["data"] : {};
  return {
    status: response.status,
    text: typeof error["message"] === "string" ? error["message"] : undefined,
    retryAfterMs: retryAfter > 0 ? retryAfter * 1000 : (data["retryAfterMs"] as number | undefined),
  };
}
