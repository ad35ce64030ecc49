import type { Encoded } from "../codec.js";
import type { RpcError } from "../errors.js";

/** A message that this side sends, kept until the server has it. */
export interface Outgoing {
  readonly data: Encoded;
  readonly sizeBytes: number;
  /** Names the calls that it makes; 0 where nobody waits for an answer. */
  readonly exchange: number;
  /** Means nothing in another session: answers to the server's requests, subscriptions, cancellations. */
  readonly isOfSession: boolean;
  /** Whether the server may have it. */
  mayHaveArrived: boolean;
}

/** What `session.started` tells. */
export interface Started {
  session: string;
  resumeToken: string;
  instance: string;
  version: string;
  resumeWindowMs: number;
  resumeBufferBytes: number;
  heartbeatMs: number;
  limits: { maxMessageBytes: number; maxBatch: number };
}

/** What to do with a message that came. */
export type Verdict =
  /** It is the program's, and counted. */
  | "handOn"
  /** It was the session's own, or known. */
  | "ignore"
  /** The server breaks the protocol: the connection must end. */
  | "end";

/** What a session tells whoever drives it, always from within one of its functions. */
export interface SessionUser {
  /** It runs on this connection from now on: begun, or resumed with nothing lost. */
  onRunning(isFresh: boolean): void;
  /**
   * The session is no more; a fresh one follows. What may have arrived and is not answered is unknown, and what is
   * sent from within goes before what was never written.
   */
  onLost(reason: string): void;
  /** The server ends as planned: come back after this time. */
  onDraining(retryAfterMs: number): void;
  /** The credentials end after this time. */
  onExpiring(inMs: number): void;
  /** The message can't be sent, and was not. */
  onRefused(exchange: number, error: RpcError): void;
}
