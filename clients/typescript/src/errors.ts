/** The kinds that the protocol knows; an application may have its own. */
export type ErrorKind =
  | "parse_error"
  | "invalid_request"
  | "method_not_found"
  | "invalid_params"
  | "internal_error"
  | "deadline_exceeded"
  | "not_authenticated"
  | "forbidden"
  | "not_found"
  | "limit_exceeded"
  | "rate_limited"
  | "request_too_large"
  | "response_too_large"
  | "server_busy"
  | "unavailable"
  | "conflict"
  | "outcome_unknown"
  | "request_cancelled"
  | (string & {});

/** What comes with an error: always its kind and whether trying again makes sense. */
export interface ErrorData {
  kind: ErrorKind;
  retryable: boolean;
  /** Where in the params something is wrong, as a JSON pointer (RFC 6901). */
  pointer?: string;
  /** The name of the limit that was passed. */
  limit?: string;
  /** When to try again. */
  retryAfterMs?: number;
  [member: string]: unknown;
}

/** An error as it travels. */
export interface ErrorObject {
  code: number;
  message: string;
  data?: unknown;
}

/** The server (or, called by it, this client) answered with an error. Switch on `kind`. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** The JSON-RPC code; an application's own are 1000 and more. */
  readonly code: number;
  /** What went wrong, in a word that does not change. */
  readonly kind: ErrorKind;
  /** All that came with it. */
  readonly data: ErrorData;

  constructor(code: number, message: string, data: { kind: ErrorKind } & Partial<ErrorData>) {
    super(message);
    this.code = code;
    this.kind = data.kind;
    this.data = { retryable: false, ...data };
  }

  /** Whether the same call may succeed later. */
  get retryable(): boolean {
    return this.data.retryable;
  }

  /** From an error as it travels. */
  static from(error: ErrorObject): RpcError {
    const data = typeof error.data === "object" && error.data !== null ? error.data : {};
    return new RpcError(error.code, error.message, { kind: "application_error", ...data });
  }

  /** As it travels. */
  toJSON(): ErrorObject {
    return { code: this.code, message: this.message, data: this.data };
  }
}

/** Why a connection could not be made, or ended. */
export type TransportReason =
  | "refused"
  | "blocked_by_csp"
  | "mixed_content"
  | "local_network_access"
  | "wrong_origin"
  | "wrong_server"
  | "not_authenticated"
  | "forbidden"
  | "no_transport"
  | "silent"
  | "draining"
  | "offline"
  | "protocol"
  | "closed"
  | "lost";

/** No connection, or none any more. `message` says in a sentence what to do about it. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  /** What stood in the way. */
  readonly reason: TransportReason;
  /** The close code of the WebSocket, or the status of the HTTP answer, where there was one. */
  readonly code: number | undefined;

  constructor(reason: TransportReason, message: string, options?: { code?: number | undefined; cause?: unknown }) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.reason = reason;
    this.code = options?.code;
  }
}

/** The call took longer than its `timeoutMs`; the server was asked to stop it. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The call was ended by its signal; the server was asked to stop it. */
export class AbortError extends Error {
  override readonly name = "AbortError";
}

/** Whether the call ran is not known: its session was lost between the call and its answer. */
export function outcomeUnknown(reason: string): RpcError {
  return new RpcError(-32031, `the session was lost (${reason}) before the answer came`, { kind: "outcome_unknown" });
}
