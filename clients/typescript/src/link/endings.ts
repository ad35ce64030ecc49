import { TransportError, type TransportReason } from "../errors.js";
import type { Ending } from "../transports/connection.js";

/** What the end of a connection asks of the client. */
export type Consequence =
  /** Never come back. */
  | { kind: "close"; reason: TransportReason }
  /** Come back with another token, at once. */
  | { kind: "newToken"; reason: "expired" | "refused" }
  /** A resume of the client's own was late: ask again at once. */
  | { kind: "askAgain" }
  /** Come back after a time; without one as the back-off says. */
  | { kind: "retry"; reason: TransportReason; afterMs?: number };

/** Decides it (PROTOCOL, sections 5 and 9). Pure. */
export function consequenceOf({ code = 0, status = 0, retryAfterMs }: Ending): Consequence {
  if (code === 4005) return { kind: "newToken", reason: "expired" };
  if (code === 4500 || status === 401) return { kind: "newToken", reason: "refused" };
  if (code === 4009 || status === 409) return { kind: "askAgain" };
  if (code === 4503 || status === 403) return { kind: "close", reason: "forbidden" };
  if ((code >= 4500 && code <= 4999) || status === 400 || status === 413 || status === 415) {
    return { kind: "close", reason: "protocol" };
  }
  const reason = code === 1001 || status === 503 ? "draining" : code === 4012 ? "silent" : "lost";
  return { kind: "retry", reason, ...(retryAfterMs === undefined ? {} : { afterMs: retryAfterMs }) };
}

/** The same for people. */
export function errorOf({ code, status, text, cause }: Ending, consequence: Consequence): TransportError {
  const [reason, what]: [TransportReason, string] =
    consequence.kind === "newToken"
      ? [
          "not_authenticated",
          consequence.reason === "expired" ? "the token has expired" : "the server does not know this token",
        ]
      : consequence.kind === "askAgain"
        ? ["lost", "the session was on another connection"]
        : consequence.kind === "retry"
          ? [consequence.reason, "the connection was lost"]
          : [
              consequence.reason,
              consequence.reason === "forbidden" ? "the server does not let this client in" : "the server refused",
            ];
  return new TransportError(reason, text ? `${what}: ${text}` : what, { code: code ?? status, cause });
}
