import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { connect, type ConnectionState, type TransportName } from "../../src/index.js";
import { Intermediary } from "../support/intermediary.js";
import { Server } from "../support/server.js";

let server: Server;
let proxy: Intermediary;
beforeAll(async () => {
  server = await Server.serve();
});
afterAll(() => server.stop());
beforeEach(async () => {
  proxy = await Intermediary.before(server.port);
});
afterEach(() => proxy.stop());

const client = (options = {}) =>
  connect({ url: proxy.url, token: server.token, reconnect: { minDelayMs: 5, maxDelayMs: 20 }, ...options });

test.each<TransportName>(["websocket", "sse", "poll"])("everything works over %s alone", async (transport) => {
  const rpc = client({ transports: [transport] });
  expect(await rpc.call("system.echo", { a: "ü" })).toEqual({ a: "ü" });
  expect(rpc.state).toMatchObject({ name: "open", transport });
  await expect(rpc.call("no.such")).rejects.toMatchObject({ kind: "method_not_found" });
  const events = rpc.subscribe("metrics", { since: "first" });
  expect((await events.next()).value).toMatchObject({ method: "metrics.update" });
  events.unsubscribe();
  const many = await Promise.all(Array.from({ length: 200 }, (_, n) => rpc.call("system.echo", [n])));
  expect(many).toEqual(Array.from({ length: 200 }, (_, n) => [n]));
  const large = "x".repeat(3 << 20);
  expect(await rpc.call("system.echo", [large])).toEqual([large]);
  await rpc.close();
  expect(rpc.state).toMatchObject({ name: "closed", reason: { reason: "closed" } });
});

test("over HTTP a wrong token closes the client too", async () => {
  for (const transport of ["sse", "poll"]) {
    const rpc = client({ transports: [transport], token: "wrong" });
    await expect(rpc.call("rpc.ping")).rejects.toMatchObject({ reason: "not_authenticated" });
  }
});

test("where WebSockets are refused an event stream serves at once, and the state says why", async () => {
  proxy.webSockets = "refuse";
  const rpc = client();
  await rpc.call("rpc.ping");
  expect(rpc.state).toMatchObject({ name: "degraded", transport: "sse", reason: { reason: "no_transport" } });
  expect(rpc.state.reason?.message).toContain("websocket");
  await rpc.close();
  const again = client();
  await again.call("rpc.ping");
  expect(proxy.requests.filter((request) => request === "UPGRADE")).toHaveLength(1); // it is remembered
  await again.close();
});

test("where WebSockets open and stay silent an event stream serves after the head start", async () => {
  proxy.webSockets = "silent";
  const rpc = client();
  const begin = performance.now();
  await rpc.call("rpc.ping");
  expect(performance.now() - begin).toBeGreaterThan(200);
  expect(rpc.state.transport).toBe("sse");
  expect(proxy.requests).toContain("POST /rpc/negotiate");
  await rpc.close();
});

test("where the server knows better which transport works, it is the next", async () => {
  proxy.webSockets = "silent";
  proxy.via = "1.0 an-old-proxy"; // which gathers event streams
  const rpc = client();
  await rpc.call("rpc.ping");
  expect(rpc.state.transport).toBe("poll");
  expect(proxy.requests).not.toContain("GET /rpc");
  await rpc.close();
});

test("where event streams are held back as well, long polls serve", async () => {
  proxy.webSockets = "refuse";
  proxy.eventStreams = "silent";
  const rpc = client();
  await rpc.call("rpc.ping");
  expect(rpc.state).toMatchObject({ name: "degraded", transport: "poll" });
  await rpc.close();
});

test("once WebSockets work the session moves there, and nothing is lost", async () => {
  proxy.webSockets = "refuse";
  const rpc = client();
  const states: ConnectionState[] = [];
  rpc.on("state", (state) => states.push(state));
  const lost = vi.fn();
  rpc.on("lost", lost);
  await rpc.call("rpc.ping");
  proxy.webSockets = "pass";
  const running = rpc.call("system.wait", { ms: 8000 });
  let count = 0;
  while (rpc.state.name !== "open" && count < 100_000) {
    expect(await rpc.call("system.echo", [count])).toEqual([count]);
    ++count;
  }
  expect(rpc.state).toMatchObject({ name: "open", transport: "websocket" });
  await running;
  expect(lost).not.toHaveBeenCalled();
  expect(states.map(({ name }) => name)).toEqual(["degraded", "open"]);
  await rpc.close();
});

test("a session whose WebSocket breaks where none can be made any more goes on over HTTP", async () => {
  const rpc = client();
  await rpc.call("rpc.ping");
  const lost = vi.fn();
  rpc.on("lost", lost);
  const running = rpc.call("system.wait", { ms: 300 });
  await rpc.call("rpc.ping");
  proxy.webSockets = "refuse";
  proxy.breakWebSockets();
  expect(await running).toBeTypeOf("object");
  expect(rpc.state).toMatchObject({ name: "degraded", transport: "sse" });
  expect(lost).not.toHaveBeenCalled();
  await rpc.close();
});
