import { RpcError } from "../errors.js";
import { isObject, type Id, type Request, type Response } from "../messages.js";
import type { Handler } from "./types.js";

/** What this client answers when the server calls it. */
export class HandlerTable {
  readonly #handlers = new Map<string, Handler>();
  readonly #running = new Map<Id, AbortController>();
  readonly #answer: (response: Response) => void;
  readonly #onError: (error: unknown) => void;

  constructor(answer: (response: Response) => void, onError: (error: unknown) => void) {
    this.#answer = answer;
    this.#onError = onError;
  }

  /** Replaces an earlier handler of the method; the function returned takes it away again. */
  add(method: string, handler: Handler): () => void {
    this.#handlers.set(method, handler);
    return () => {
      if (this.#handlers.get(method) === handler) this.#handlers.delete(method);
    };
  }

  takeNotification(method: string, params: unknown): void {
    if (method === "$/cancelRequest") {
      if (isObject(params)) this.#running.get(params["id"] as Id)?.abort();
      return;
    }
    const handler = this.#handlers.get(method);
    if (handler) void this.#run(handler, params, new AbortController().signal).catch(this.#onError);
  }

  takeRequest(request: Request): void {
    const id = request.id as Id;
    const handler = this.#handlers.get(request.method);
    if (!handler) {
      const error = new RpcError(-32601, `no method ${request.method} here`, { kind: "method_not_found" });
      return this.#answer({ jsonrpc: "2.0", id, error: error.toJSON() });
    }
    const control = new AbortController();
    this.#running.set(id, control);
    const finish = (outcome: { result: unknown } | { error: ReturnType<RpcError["toJSON"]> }) => {
      if (this.#running.get(id) !== control) return; // of a session that is no more
      this.#running.delete(id);
      this.#answer({ jsonrpc: "2.0", id, ...outcome });
    };
    this.#run(handler, request.params, control.signal).then(
      (result) => finish({ result: result ?? null }),
      (thrown: unknown) => {
        if (!(thrown instanceof RpcError)) this.#onError(thrown);
        finish({ error: this.#toError(thrown, control.signal).toJSON() });
      },
    );
  }

  async #run(handler: Handler, params: unknown, signal: AbortSignal): Promise<unknown> {
    return handler(params, { signal });
  }

  /** What was thrown inside never reaches the server. */
  #toError(thrown: unknown, signal: AbortSignal): RpcError {
    if (thrown instanceof RpcError) return thrown;
    return signal.aborted
      ? new RpcError(-32800, "cancelled", { kind: "request_cancelled" })
      : new RpcError(-32603, "the client failed", { kind: "internal_error" });
  }

  /** The session is lost, and with it whoever waited for answers. */
  onLost(): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const control of running) control.abort();
  }
}
