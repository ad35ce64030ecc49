import { afterAll, beforeAll, expect, test } from "vitest";
import { AbortError, connect, RpcError, TimeoutError, TransportError, type ConnectionState } from "../../src/index.js";
import { bigintJson } from "../../src/bigint.js";
import { Server } from "../support/server.js";

let server: Server;
beforeAll(async () => {
  server = await Server.serve();
});
afterAll(() => server.stop());

const client = (options = {}) => connect({ url: server.url, token: server.token, ...options });

test("a call is answered with its result", async () => {
  const rpc = client();
  expect(await rpc.call("system.echo", { a: [1, "ü", null] })).toEqual({ a: [1, "ü", null] });
  await rpc.close();
});

test("a method is also a member", async () => {
  const rpc = client();
  expect(await rpc["system"]?.["echo"]?.({ a: 1 })).toEqual({ a: 1 });
  expect(await rpc["rpc"]?.["ping"]?.()).toBeNull();
  await rpc.close();
});

test("a client is no promise, so that it can be returned from async functions", async () => {
  const rpc = await (async () => client())();
  expect(await rpc.call("rpc.ping")).toBeNull();
  await rpc.close();
});

test("an error of the server's is an RpcError with its code, kind and data", async () => {
  const rpc = client();
  const failed = rpc.call("no.such");
  await expect(failed).rejects.toBeInstanceOf(RpcError);
  await expect(failed).rejects.toMatchObject({ code: -32601, kind: "method_not_found", data: { retryable: false } });
  await expect(rpc.call("system.wait", { ms: "soon" })).rejects.toMatchObject({
    kind: "invalid_params",
    data: { pointer: "/ms" },
  });
  await rpc.close();
});

test("the states are told, the last with its reason", async () => {
  const rpc = client();
  const states: ConnectionState[] = [];
  rpc.on("state", (state) => states.push(state));
  expect(rpc.state.name).toBe("connecting");
  await rpc.call("rpc.ping");
  expect(rpc.state).toMatchObject({ name: "open", transport: "websocket", instance: server.ready.instance });
  await rpc.close();
  expect(states.map(({ name }) => name)).toEqual(["open", "closed"]);
  expect(rpc.state.reason).toMatchObject({ reason: "closed" });
  await expect(rpc.call("rpc.ping")).rejects.toBeInstanceOf(TransportError);
});

test("a call that takes too long fails with TimeoutError, here and in the server", async () => {
  const rpc = client();
  await expect(rpc.call("system.wait", { ms: 30_000 }, { timeoutMs: 50 })).rejects.toBeInstanceOf(TimeoutError);
  await rpc.close();
});

test("a signal ends its call, and the server stops it", async () => {
  const rpc = client();
  await rpc.call("rpc.ping");
  const control = new AbortController();
  const traffic: string[] = [];
  rpc.on("traffic", ({ data }) => traffic.push(String(data)));
  const call = rpc.call("system.wait", { ms: 30_000 }, { signal: control.signal });
  control.abort();
  await expect(call).rejects.toBeInstanceOf(AbortError);
  await rpc.call("rpc.ping");
  expect(traffic.some((text) => text.includes("$/cancelRequest"))).toBe(true);
  expect(traffic.some((text) => text.includes("request_cancelled"))).toBe(true);
  await rpc.close();
});

test("a signal that has ended before ends the call at once", async () => {
  const rpc = client();
  await expect(rpc.call("rpc.ping", undefined, { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(AbortError);
  await rpc.close();
});

test("a batch answers each of its calls, however many they are", async () => {
  const rpc = client();
  await rpc.call("rpc.ping");
  const calls = Array.from({ length: 250 }, (_, n) => ({ method: n === 3 ? "no.such" : "system.echo", params: { n } }));
  const outcomes = await rpc.batch(calls);
  expect(outcomes).toHaveLength(250);
  expect(outcomes[2]).toEqual({ status: "fulfilled", value: { n: 2 } });
  expect(outcomes[3]).toMatchObject({ status: "rejected", reason: { kind: "method_not_found" } });
  expect(outcomes[249]).toEqual({ status: "fulfilled", value: { n: 249 } });
  expect(await rpc.batch([])).toEqual([]);
  await rpc.close();
});

test("a wrong token closes the client for good, and says so", async () => {
  const rpc = client({ token: "wrong" });
  await expect(rpc.call("rpc.ping")).rejects.toMatchObject({ name: "TransportError", reason: "not_authenticated" });
  expect(rpc.state.name).toBe("closed");
});

test("a token that is refused is asked for once more", async () => {
  const reasons: string[] = [];
  const rpc = client({
    token: ({ reason }: { reason: string }) => {
      reasons.push(reason);
      return reason === "connect" ? "old" : server.token;
    },
  });
  expect(await rpc.call("rpc.ping")).toBeNull();
  expect(reasons).toEqual(["connect", "refused"]);
  await rpc.close();
});

test("integers beyond 2^53 keep their digits where bigint is asked for", async () => {
  const rpc = client({ json: bigintJson() });
  const sent = { big: 9223372036854775807n, small: 7, text: "9223372036854775807", list: [-9007199254740993n] };
  expect(await rpc.call("system.echo", sent)).toEqual(sent);
  await rpc.close();
});

test("another server's instance is refused before it sees a token", async () => {
  const rpc = connect({
    url: { url: server.url, instance: "another" },
    token: () => Promise.reject(new Error("the token was asked for")),
    reconnect: { limitMs: 0 },
  });
  await expect(rpc.call("rpc.ping")).rejects.toMatchObject({ reason: "wrong_server" });
});
