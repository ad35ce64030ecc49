import { AbortError, RpcError, TimeoutError, TransportError, type TransportReason } from "../errors.js";
import type {
  BatchCall,
  BatchOutcome,
  CallOptions,
  ConnectionState,
  StreamOptions,
  SubscribeOptions,
} from "../rpc/types.js";

/** Options without what can't travel between tabs. */
export type SentOptions<O> = Omit<O, "signal">;

/** What a tab says to the one who has the connection. `n` names what it began. */
export type FromTab =
  | { kind: "hello" }
  | { kind: "call"; n: number; method: string; params: unknown; options: SentOptions<CallOptions> }
  | { kind: "batch"; n: number; calls: readonly BatchCall[]; options: SentOptions<CallOptions> }
  | { kind: "stream"; n: number; method: string; params: unknown; options: SentOptions<StreamOptions> }
  | { kind: "subscribe"; n: number; topic: string; options: SentOptions<SubscribeOptions> }
  /** So many more values of a stream or subscription may come. */
  | { kind: "more"; n: number; count: number }
  /** Nobody wants it any more. */
  | { kind: "stop"; n: number }
  | { kind: "notify"; method: string; params: unknown }
  | { kind: "handle"; method: string; isHandled: boolean }
  | { kind: "answer"; n: number; outcome: Outcome }
  | { kind: "token"; n: number; outcome: Outcome };

/** What that one says to a tab. */
export type ToTab =
  | { kind: "welcome"; host: string; state: SentState }
  | { kind: "settled"; n: number; outcome: Outcome }
  | { kind: "began"; n: number; outcome: Outcome }
  | { kind: "value"; n: number; value: unknown }
  | { kind: "state"; state: SentState }
  | { kind: "lost"; reason: string }
  | { kind: "asked"; n: number; method: string; params: unknown }
  | { kind: "cancelled"; n: number }
  | { kind: "needsToken"; n: number; reason: "connect" | "expired" | "refused" };

export type Outcome = { value: unknown } | { error: SentError };
export type SentState = Omit<ConnectionState, "reason"> & { reason?: SentError };

/** An error as plain data. */
export interface SentError {
  name: string;
  message: string;
  code?: number | undefined;
  reason?: TransportReason;
  data?: RpcError["data"];
}

export function sendError(error: unknown): SentError {
  if (error instanceof RpcError) {
    return { name: error.name, message: error.message, code: error.code, data: error.data };
  }
  if (error instanceof TransportError) {
    return { name: error.name, message: error.message, code: error.code, reason: error.reason };
  }
  return { name: (error as Error).name, message: (error as Error).message };
}

export function receiveError({ name, message, code, reason, data }: SentError): Error {
  if (name === "RpcError" && data) return new RpcError(code ?? 0, message, data);
  if (name === "TransportError") return new TransportError(reason ?? "lost", message, { code });
  if (name === "TimeoutError") return new TimeoutError(message);
  if (name === "AbortError") return new AbortError(message);
  return new Error(message);
}

export function sendState({ reason, ...state }: ConnectionState): SentState {
  return reason ? { ...state, reason: sendError(reason) } : state;
}

export function receiveState({ reason, ...state }: SentState): ConnectionState {
  return reason ? { ...state, reason: receiveError(reason) as TransportError } : state;
}

export function sendBatch(outcomes: BatchOutcome[]): unknown[] {
  return outcomes.map((one) => (one.status === "fulfilled" ? one : { ...one, reason: sendError(one.reason) }));
}

export function receiveBatch(sent: unknown): BatchOutcome[] {
  return (sent as BatchOutcome[]).map((one) =>
    one.status === "fulfilled" ? one : { ...one, reason: receiveError(one.reason as unknown as SentError) as RpcError },
  );
}
