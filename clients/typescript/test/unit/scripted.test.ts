// What a real server does not do when a test wants it.
import { expect, test } from "vitest";
import { connect, type ConnectOptions } from "../../src/index.js";
import { ScriptedServer, started } from "../support/scripted-server.js";

const client = (server: ScriptedServer, options: Partial<ConnectOptions> = {}) =>
  connect({
    url: "http://127.0.0.1:9",
    token: "secret",
    transports: ["websocket"],
    WebSocket: server.WebSocket,
    reconnect: { minDelayMs: 1, maxDelayMs: 1 },
    ...options,
  });

test("the client speaks first, and shows its token there alone", async () => {
  const server = new ScriptedServer();
  const rpc = client(server, { client: { name: "editor", version: "2" } });
  const socket = await server.accepts();
  expect(socket.protocol).toBe("sidewire.1.json");
  expect(await socket.hears()).toEqual({
    jsonrpc: "2.0",
    method: "session.open",
    params: { token: "secret", formats: ["json"], client: { name: "editor", version: "2" }, requests: true },
  });
  void rpc.close();
});

test("a session is resumed with what was received, and what the server lacks follows", async () => {
  const server = new ScriptedServer();
  const rpc = client(server);
  const first = await server.starts();
  const answers = [rpc.call("a"), rpc.call("b")];
  const [a] = [await first.hears(), await first.hears()];
  first.says({ id: a.id, result: 1 });
  first.closes(1006);
  const second = await server.accepts();
  expect(await second.hears()).toMatchObject({
    method: "session.open",
    params: { resumeToken: started.resumeToken, received: 1 },
  });
  second.says({ method: "session.resumed", params: { recovered: true, received: 1, from: 2 } });
  const b = await second.hears();
  expect(b).toMatchObject({ method: "b" });
  first.says({ id: b.id, result: "of a connection that is not listened to any more" });
  second.says({ id: b.id, result: 2 });
  expect(await Promise.all(answers)).toEqual([1, 2]);
  void rpc.close();
});

test("credentials that end are replaced by newer ones, without a break", async () => {
  const server = new ScriptedServer();
  const reasons: string[] = [];
  const rpc = client(server, {
    token: ({ reason }) => {
      reasons.push(reason);
      return `token ${reasons.length}`;
    },
  });
  const socket = await server.starts();
  socket.says({ method: "session.expiring", params: { inMs: 5000 } });
  const refresh = await socket.hears();
  expect(refresh).toMatchObject({ method: "auth.refresh", params: { token: "token 2" } });
  socket.says({ id: refresh.id, result: null });
  expect(reasons).toEqual(["connect", "expired"]);
  expect(rpc.state.name).toBe("open");
  void rpc.close();
});

test("a token that expired is replaced before the client comes back; one that can't be closes it", async () => {
  const server = new ScriptedServer();
  const tokens = ["old", "new"];
  const rpc = client(server, { token: () => tokens.shift() });
  (await server.starts()).closes(4005);
  expect((await (await server.accepts()).hears()).params).toMatchObject({ token: "new" });
  void rpc.close();

  const fixed = client(server);
  (await server.starts()).closes(4005);
  expect(fixed.state).toMatchObject({ name: "closed", reason: { reason: "not_authenticated", code: 4005 } });
});

test("a resume that came late is asked again at once, and with back-off from the second time", async () => {
  const server = new ScriptedServer();
  const rpc = client(server, { reconnect: { minDelayMs: 50 } });
  const waits: (number | undefined)[] = [];
  rpc.on("state", ({ name, retryInMs }) => name === "reconnecting" && waits.push(retryInMs));
  (await server.starts()).closes(4009);
  (await server.accepts()).closes(4009);
  (await server.accepts()).closes(4009);
  expect(waits[0]).toBe(0);
  expect(waits).toHaveLength(3);
  expect(waits[1]).toBeGreaterThan(0);
  void rpc.close();
});

test.each([
  ["starts a session twice", { method: "session.started", params: started }],
  ["acknowledges what was never sent", { method: "session.ack", params: { received: 7 } }],
])("a server that %s is left, and a fresh session begun", async (_, message) => {
  const server = new ScriptedServer();
  const rpc = client(server);
  (await server.starts()).says(message);
  const next = await server.accepts();
  expect((await next.hears()).params).not.toHaveProperty("resumeToken");
  void rpc.close();
});

test("a client that was closed takes nothing any more", async () => {
  const server = new ScriptedServer();
  const rpc = client(server);
  const socket = await server.starts();
  let answer = (_: unknown) => {};
  rpc.handle("ask", () => new Promise((resolve) => (answer = resolve)));
  socket.says({ id: "s1", method: "ask" });
  const closing = rpc.close();
  expect(await socket.hears()).toMatchObject({ method: "session.end" });
  answer("too late");
  const events = rpc.subscribe("t");
  await expect(events.ready).rejects.toMatchObject({ reason: "closed" });
  await expect(events.next()).rejects.toMatchObject({ reason: "closed" });
  socket.closes(1000);
  await closing;
  await expect(rpc.subscribe("t").next()).rejects.toMatchObject({ reason: "closed" });
  await expect(rpc.stream("a").next()).rejects.toMatchObject({ reason: "closed" });
  await expect(rpc.batch([{ method: "a" }])).rejects.toMatchObject({ reason: "closed" });
  expect(() => rpc.notify("a")).toThrow("closed");
  expect(socket.heard).toEqual([]);
});

test("a client without transports can't be made", () => {
  expect(() => client(new ScriptedServer(), { transports: [] })).toThrow(TypeError);
});

test("4503 and 4501 close the client for good", async () => {
  for (const [code, reason] of [
    [4503, "forbidden"],
    [4501, "protocol"],
  ] as const) {
    const server = new ScriptedServer();
    const rpc = client(server);
    (await server.starts()).closes(code, "why");
    expect(rpc.state).toMatchObject({ name: "closed", reason: { reason, code } });
    expect(rpc.state.reason?.message).toContain("why");
  }
});

test("a call that is aborted before it was written never goes", async () => {
  const server = new ScriptedServer();
  const rpc = client(server);
  const control = new AbortController();
  const aborted = expect(rpc.call("a", undefined, { signal: control.signal })).rejects.toMatchObject({
    name: "AbortError",
  });
  control.abort();
  const kept = rpc.call("b");
  const socket = await server.starts();
  const b = await socket.hears();
  expect(b.method).toBe("b");
  socket.says({ id: b.id, result: null });
  await Promise.all([aborted, kept]);
  void rpc.close();
});

test("what a call tells the protocol is in _meta", async () => {
  const server = new ScriptedServer();
  const rpc = client(server);
  const socket = await server.starts();
  const all = [
    rpc.call("a", { x: 1, _meta: { traceparent: "t" } }, { timeoutMs: 5000, idempotencyKey: "k", format: "json" }),
    rpc.call("b", undefined, { idempotencyKey: true }),
  ];
  const [a, b] = [await socket.hears(), await socket.hears()];
  expect(a.params).toEqual({ x: 1, _meta: { traceparent: "t", timeoutMs: 5000, idempotencyKey: "k", format: "json" } });
  expect(b.params).toEqual({ _meta: { idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) as string } });
  await expect(rpc.call("c", [1], { idempotencyKey: true })).rejects.toBeInstanceOf(TypeError);
  for (const { id } of [a, b]) socket.says({ id, result: null });
  await Promise.all(all);
  void rpc.close();
});

test("events that are lost, patches without their base and stores that begin anew show in the next event", async () => {
  const server = new ScriptedServer();
  const rpc = client(server);
  const events = rpc.subscribe("t", { delta: true });
  const socket = await server.starts();
  const { id } = await socket.hears();
  const event = (offset: number, params: object, meta: object = {}) =>
    socket.says({ method: "e", params: { ...params, _meta: { topic: "t", offset, ...meta } } });
  socket.says({ id, result: { topic: "t", epoch: "a", offset: 4, recovered: true, missed: 0 } });
  event(5, { a: 1, b: 1 });
  event(6, { b: 2 }, { delta: { base: 5 } });
  event(6, { b: 2 }, { delta: { base: 5 } }); // once more
  socket.says({ method: "topic.lagged", params: { topic: "t", missed: 2, from: 7, to: 8 } });
  event(9, { b: 3 }, { delta: { base: 8 } }); // upon a state that was missed
  event(10, { c: 1 });
  socket.says({ method: "topic.lagged", params: { topic: "t", missed: null, epoch: "b" } });
  event(1, { d: 1 }, { epoch: "b" });
  const seen = [];
  for (let count = 0; count < 4; ++count) seen.push((await events.next()).value);
  expect(seen).toMatchObject([
    { offset: 5, params: { a: 1, b: 1 }, missed: 0 },
    { offset: 6, params: { a: 1, b: 2 }, missed: 0 },
    { offset: 10, params: { c: 1 }, missed: 3 },
    { offset: 1, epoch: "b", params: { d: 1 }, missed: null },
  ]);
  socket.says({ method: "topic.closed", params: { topic: "t", reason: "forbidden" } });
  await expect(events.next()).rejects.toMatchObject({ kind: "forbidden" });
  void rpc.close();
});
