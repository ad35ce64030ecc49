import { connect, withMethods } from "../connect.js";
import type { ConnectOptions, ServerAddress } from "../options.js";
import type { Client } from "../rpc/typed.js";
import type { AnyMethods, AnyTopics, MethodMap, TopicMap } from "../rpc/types.js";
import { takePart, type Posted } from "./leader.js";
import type { FromTab, ToTab } from "./messages.js";
import { TabClient } from "./tab-client.js";
import { holdTabLock } from "./tab-lock.js";
import type { TabHello } from "./worker.js";

/** What `connectShared` needs to know. */
export interface SharedOptions extends ConnectOptions {
  /** Tabs of one origin with the same name share a connection; by default the address. */
  name?: string | undefined;
  /**
   * Makes the shared worker that has the connection, a file of the application's own with `serveShared()`. Without one,
   * or where the browser has none, one of the tabs has it, and another follows when that one is closed.
   */
  worker?: (() => SharedWorker) | undefined;
}

/**
 * As `connect`, but several tabs or windows of one origin share one connection: one session, one event stream, one
 * subscription of each topic. Where the browser has neither shared workers nor locks, each has its own.
 */
export function connectShared<M extends MethodMap<M> = AnyMethods, T extends TopicMap<T> = AnyTopics>(
  options: SharedOptions,
): Client<M, T> {
  const { name, worker, ...own } = options;
  if (worker && typeof SharedWorker !== "undefined") return withMethods<M, T>(throughWorker(worker, own));
  if (typeof BroadcastChannel === "undefined" || typeof navigator === "undefined" || !navigator.locks) {
    return connect<M, T>(own);
  }
  const { url } = own;
  const address = typeof url === "string" ? url : typeof url === "function" ? "" : url.url;
  return withMethods<M, T>(throughLeader(`sidewire ${name ?? address}`, own));
}

const tokenOf =
  ({ token }: ConnectOptions) =>
  async (reason: "connect" | "expired" | "refused") =>
    typeof token === "function" ? token({ reason }) : token;

function throughWorker(create: () => SharedWorker, options: ConnectOptions): TabClient {
  const { port } = create();
  const id = crypto.randomUUID();
  let release = () => {};
  const client = new TabClient((message: FromTab) => port.postMessage(message), {
    token: tokenOf(options),
    timeoutMs: options.timeoutMs ?? 60_000,
    onClose: () => {
      port.postMessage({ kind: "bye" });
      release();
    },
  });
  port.onmessage = ({ data }: MessageEvent<ToTab>) => client.take(data);
  void (async () => {
    release = await holdTabLock(id);
    if (client.state.name === "closed") return release();
    port.postMessage({ kind: "connect", id, options: await plainOptions(options) } satisfies TabHello);
  })();
  return client;
}

/** What can be sent to a worker. */
async function plainOptions(options: ConnectOptions): Promise<TabHello["options"]> {
  const { token: _t, msgpack: _m, json: _j, WebSocket: _w, fetch: _f, url, ...plain } = options;
  const address: string | ServerAddress = typeof url === "function" ? await url() : url;
  return { ...plain, url: address };
}

function throughLeader(name: string, options: ConnectOptions): TabClient {
  const id = crypto.randomUUID();
  const channel = new BroadcastChannel(name);
  const post = (message: FromTab | { kind: "bye" }) =>
    channel.postMessage({ to: "leader", from: id, message } satisfies Posted);
  let release = () => {};
  let leave = () => {};
  const client = new TabClient(post, {
    token: tokenOf(options),
    timeoutMs: options.timeoutMs ?? 60_000,
    onClose: () => {
      post({ kind: "bye" });
      release();
      leave();
      channel.onmessage = null;
      channel.close();
    },
  });
  channel.onmessage = ({ data }: MessageEvent<Posted>) => {
    if (data.to === "all") post({ kind: "hello" });
    else if (data.to === "tab" && data.tab === id) client.take(data.message);
  };
  void (async () => {
    release = await holdTabLock(id);
    if (client.state.name === "closed") return release();
    leave = takePart(name, id, options);
    post({ kind: "hello" }); // where another tab leads already
  })();
  return client;
}
