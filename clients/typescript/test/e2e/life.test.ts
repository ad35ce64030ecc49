import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { connect, RpcError, TransportError, type ConnectionState } from "../../src/index.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { Server } from "../support/server.js";

const quick = { minDelayMs: 5, maxDelayMs: 20 };

test("a server that is restarted on another port is found again, and the loss is told", async () => {
  let server = await Server.serve();
  const rpc = connect({ url: () => server.url, token: () => server.token, reconnect: quick });
  const lost: string[] = [];
  rpc.on("lost", ({ reason }) => lost.push(reason));
  await rpc.call("rpc.ping");
  const running = expect(rpc.call("system.wait", { ms: 60_000 })).rejects.toMatchObject({ kind: "outcome_unknown" });
  await rpc.call("rpc.ping");
  await server.stop("SIGKILL");
  server = await Server.serve();
  await running;
  expect(await rpc.call("system.echo", [1])).toEqual([1]);
  expect(lost).toEqual(["restarted"]);
  await rpc.close();
  await server.stop();
});

test("while a server is away calls wait; after several failures they fail at once, and say why", async () => {
  const server = await Server.serve();
  const proxy = await CuttingProxy.before(server.port);
  const options = { url: proxy.url, token: server.token, transports: ["websocket"] as const };
  const rpc = connect({ ...options, reconnect: { ...quick, failuresUntilOffline: 3 } });
  const queueing = connect({ ...options, queueWhileOffline: true, reconnect: quick });
  await Promise.all([rpc.call("rpc.ping"), queueing.call("rpc.ping")]);
  proxy.isDown = true;
  proxy.cutAll();
  await vi.waitFor(() => expect(rpc.state.name).toBe("reconnecting"));
  await expect(rpc.call("system.echo", { n: 1 })).rejects.toMatchObject({ name: "TransportError", reason: "offline" });
  await expect(rpc.call("system.echo", { n: 2 })).rejects.toMatchObject({ reason: "offline" });
  const queued = queueing.call("system.echo", { n: 3 });
  proxy.isDown = false;
  expect(await queued).toEqual({ n: 3 });
  await vi.waitFor(() => expect(rpc.state.name).toBe("open"));
  expect(await rpc.call("system.echo", { n: 4 })).toEqual({ n: 4 });
  await Promise.all([rpc.close(), queueing.close()]);
  await proxy.stop();
  await server.stop();
});

test("a server that is away for longer than the limit closes the client", async () => {
  const rpc = connect({ url: "http://127.0.0.1:9", reconnect: { ...quick, limitMs: 50 } });
  await expect(rpc.call("rpc.ping")).rejects.toBeInstanceOf(TransportError);
  await vi.waitFor(() => expect(rpc.state.name).toBe("closed"));
});

test("where nothing listens, the state says so in a sentence", async () => {
  const rpc = connect({ url: "http://127.0.0.1:9", reconnect: { minDelayMs: 2000 } });
  await vi.waitFor(() => expect(rpc.state.reason?.message).toContain("is the server running"));
  expect(rpc.state).toMatchObject({ name: "connecting", reason: { reason: "refused" } });
  await rpc.close();
});

test("a connection that carries nothing any more is noticed, and the session goes on elsewhere", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sidewire-life-"));
  await writeFile(join(folder, "quick.toml"), "[limits]\nheartbeat = 0.2\n");
  const server = await Server.serve(["--config", join(folder, "quick.toml")]);
  const proxy = await CuttingProxy.before(server.port);
  proxy.nextCut = () => ({ direction: "down", afterBytes: 900, how: "silent" });
  const rpc = connect({ url: proxy.url, token: server.token, transports: ["websocket"], reconnect: quick });
  const states: ConnectionState[] = [];
  rpc.on("state", (state) => states.push(state));
  const lost: string[] = [];
  rpc.on("lost", ({ reason }) => lost.push(reason));
  await rpc.call("rpc.ping");
  const silent = rpc.call("system.echo", { text: "x".repeat(1000) });
  proxy.nextCut = () => null;
  expect(await silent).toMatchObject({ text: "x".repeat(1000) });
  expect(states.map(({ name }) => name)).toEqual(["open", "reconnecting", "open"]);
  expect(states[1]?.reason).toMatchObject({ reason: "silent" });
  expect(lost).toEqual([]);
  await rpc.close();
  await proxy.stop();
  await server.stop();
  await rm(folder, { recursive: true });
});

test("a server that drains finishes what runs, and gets no new calls", async () => {
  const server = await Server.serve();
  const rpc = connect({ url: server.url, token: server.token, reconnect: quick });
  await rpc.call("rpc.ping");
  const running = rpc.call("system.wait", { ms: 300 });
  await rpc.call("rpc.ping");
  const traffic: string[] = [];
  rpc.on("traffic", ({ data }) => traffic.push(String(data)));
  const stopped = server.stop();
  await vi.waitFor(() => expect(traffic.some((text) => text.includes("session.draining"))).toBe(true));
  const next = rpc.call("system.echo", { n: 1 });
  next.catch(() => {});
  expect(await running).toMatchObject({ waitedMs: expect.any(Number) as number });
  await stopped;
  expect(traffic.some((text) => text.includes("system.echo"))).toBe(false);
  await rpc.close();
  await expect(next).rejects.toBeInstanceOf(TransportError);
});

test("closing writes what waits, ends the session, and fails what has no answer", async () => {
  const server = await Server.run("session-server");
  const rpc = connect({ url: server.url, token: server.token });
  await rpc.call("rpc.ping");
  rpc.notify("run.now", { who: "closing", n: 1 });
  const open = expect(rpc.call("system.wait", { ms: 60_000 })).rejects.toMatchObject({ reason: "closed" });
  await rpc.close();
  await rpc.close();
  await open;
  const other = connect({ url: server.url, token: server.token });
  expect(await other.call("report", { who: "closing" })).toMatchObject({ ranCount: 1 });
  await other.close();
  await server.stop();
});

test("a message that the server would not take fails alone", async () => {
  const server = await Server.serve();
  const rpc = connect({ url: server.url, token: server.token });
  const large = rpc.call("system.echo", { text: "x".repeat(17 << 20) });
  await expect(large).rejects.toMatchObject({ kind: "request_too_large" });
  await expect(large).rejects.toBeInstanceOf(RpcError);
  expect(await rpc.call("rpc.ping")).toBeNull();
  await rpc.close();
  await server.stop();
});

test("more than may wait is refused at once", async () => {
  const rpc = connect({ url: "http://127.0.0.1:9", maxUnsentBytes: 1000, queueWhileOffline: true });
  const first = expect(rpc.call("system.echo", { text: "x".repeat(900) })).rejects.toMatchObject({ reason: "closed" });
  await expect(rpc.call("system.echo", { text: "x".repeat(900) })).rejects.toMatchObject({ kind: "limit_exceeded" });
  await rpc.close();
  await first;
});
