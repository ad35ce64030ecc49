import { json, msgpack } from "./codecs.js";
import { isObject } from "./messages.js";
import { fromBase64, RpcError, SseParser, TransportError, type ErrorObject, type Traffic } from "./sidewire.js";

/** A call by one request, without a session. */
export interface PostCall {
  baseUrl: string;
  token: string | undefined;
  method: string;
  params: unknown;
  format: "json" | "msgpack";
  isStream: boolean;
  signal: AbortSignal;
  fetch: typeof fetch;
  onTraffic: (traffic: Traffic) => void;
  onItem: (item: unknown) => void;
}

const maxEventLength = 48 << 20;

/** The result; rejects with `RpcError` where the server answers with an error. */
export async function postCall(call: PostCall): Promise<unknown> {
  const { method, params, format, token } = call;
  const codec = format === "msgpack" ? msgpack : json;
  const body = codec.encode({ jsonrpc: "2.0", id: 1, method, ...(params === undefined ? {} : { params }) });
  const type = `application/${format}`;
  call.onTraffic({ direction: "out", transport: "post", data: body });
  const response = await call.fetch(`${call.baseUrl}/rpc`, {
    method: "POST",
    headers: {
      "Content-Type": type,
      Accept: call.isStream ? "text/event-stream" : type,
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    body: body as BodyInit,
    signal: call.signal,
  });
  const answered = response.headers.get("Content-Type") ?? "";
  if (answered.startsWith("text/event-stream")) return readEvents(call, response);
  const isBinary = answered.startsWith("application/msgpack");
  const data = isBinary ? new Uint8Array(await response.arrayBuffer()) : await response.text();
  call.onTraffic({ direction: "in", transport: "post", data });
  return resultOf((isBinary ? msgpack : json).decode(data));
}

async function readEvents(call: PostCall, response: Response): Promise<unknown> {
  const parser = new SseParser(maxEventLength);
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) throw new TransportError("lost", "the answer ended before its result");
    for (const { type, data } of parser.feed(decoder.decode(value, { stream: true }))) {
      const bytes = type === "msgpack" ? fromBase64(data) : undefined;
      call.onTraffic({ direction: "in", transport: "post", data: bytes ?? data });
      const message = bytes ? msgpack.decode(bytes) : json.decode(data);
      const params = isObject(message) && message["method"] === "$/progress" ? message["params"] : undefined;
      if (isObject(params)) call.onItem(params["value"]);
      else return resultOf(message);
    }
  }
}

function resultOf(message: unknown): unknown {
  if (!isObject(message)) throw new TransportError("protocol", "an answer that is no JSON-RPC");
  const { error, result } = message;
  if (!isObject(error)) return result;
  throw RpcError.from(error as unknown as ErrorObject);
}
