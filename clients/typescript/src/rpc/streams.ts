import { AsyncBuffer } from "../buffer.js";
import type { CallTable } from "./call-table.js";
import type { Stream, StreamOptions } from "./types.js";

const defaultCredit = 64;

/**
 * Calls a streaming method. The server is at most `credit` values ahead of the reader, and gets more once half of them
 * were read.
 */
export function openStream(
  calls: CallTable,
  method: string,
  params: unknown,
  options: StreamOptions = {},
): Stream<unknown, unknown> {
  const credit = Math.max(1, options.credit ?? defaultCredit);
  const stop = new AbortController();
  const { signal } = options;
  const onAbort = () => stop.abort(signal?.reason);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  let takenCount = 0;
  let id = 0;
  let isOpen = true;

  const buffer = new AsyncBuffer<unknown, unknown>({
    maxCount: Infinity, // the credit bounds it
    onTaken: () => {
      if (++takenCount < credit / 2 || !isOpen) return;
      calls.notify("$/credit", { token: id, n: takenCount }, true);
      takenCount = 0;
    },
    onLeft: () => stop.abort(),
  });
  const call = calls.call(method, params, {
    ...options,
    signal: stop.signal,
    credit,
    onProgress: (value) => buffer.push(value),
  });
  id = call.id;
  const result = call.outcome.finally(() => {
    isOpen = false;
    signal?.removeEventListener("abort", onAbort);
  });
  result.then(
    (value) => buffer.finish(value),
    (error: unknown) => buffer.fail(error),
  );
  return Object.assign(buffer, { result });
}
