import type { TransportName } from "../rpc/types.js";
import type { Connection, ConnectionContext } from "../transports/connection.js";
import type { FailedTransport } from "../transports/negotiate.js";
import type { Upgrade, UpgradeOptions } from "./upgrade.js";
import { WebSocketConnection } from "../transports/websocket.js";

const overHttp = () => import("./over-http.js");

/** Begins a connection, unless it is too late for it: over HTTP the request itself takes the session. */
export async function openConnection(
  transport: TransportName,
  context: ConnectionContext,
  isWanted: () => boolean,
): Promise<Connection> {
  if (transport === "websocket") return new WebSocketConnection(context);
  const { PollConnection, SseConnection } = await overHttp();
  if (!isWanted()) throw new Error("too late");
  return transport === "sse" ? new SseConnection(context) : new PollConnection(context);
}

/** What tries better transports while one over HTTP serves. */
export async function createUpgrade(options: UpgradeOptions): Promise<Upgrade> {
  return new (await overHttp()).Upgrade(options);
}

/** The transports that the server would use, the best first; undefined where it does not say. */
export async function negotiated(
  context: ConnectionContext,
  wanted: readonly TransportName[],
  failed: FailedTransport[],
): Promise<TransportName[] | undefined> {
  return (await overHttp()).negotiate(context, wanted, failed);
}
