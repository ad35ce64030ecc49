import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connect, RpcError, type Subscription, type TopicEvent } from "../../src/index.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { Server } from "../support/server.js";

const configuration = `
[[topic]]
name = "kept/*"
events = ["kept.changed"]
history-count = 100
publish = ""

[[topic]]
name = "loose"
events = ["loose.changed"]
publish = ""
`;

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidewire-topics-"));
  await writeFile(join(folder, "topics.toml"), configuration);
  server = await Server.serve(["--config", join(folder, "topics.toml")]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const client = (options = {}) =>
  connect({ url: server.url, token: server.token, reconnect: { minDelayMs: 5, maxDelayMs: 20 }, ...options });

const publish = (rpc: ReturnType<typeof client>, topic: string, n: number) =>
  rpc.call("topic.publish", { topic, method: `${topic.split("/")[0]}.changed`, params: { n } });

/** The next events of a subscription. */
async function take(events: Subscription<TopicEvent>, count: number): Promise<TopicEvent[]> {
  const taken: TopicEvent[] = [];
  while (taken.length < count) {
    const { value, done } = await events.next();
    if (done) break;
    taken.push(value);
  }
  return taken;
}
const numbers = (events: TopicEvent[]) => events.map(({ params }) => (params as { n: number }).n);

test("events come in order, with their topic, offset and method", async () => {
  const rpc = client();
  const events = rpc.subscribe("kept/a");
  expect(await events.ready).toMatchObject({ recovered: true, missed: 0 });
  for (const n of [1, 2, 3]) await publish(rpc, "kept/a", n);
  const [first, ...rest] = await take(events, 3);
  expect(first).toEqual({
    topic: "kept/a",
    epoch: expect.any(String) as string,
    offset: 1,
    method: "kept.changed",
    params: { n: 1 },
    missed: 0,
  });
  expect(numbers(rest)).toEqual([2, 3]);
  await rpc.close();
});

test("leaving the loop unsubscribes", async () => {
  const rpc = client();
  const events = rpc.subscribe("kept/b");
  await events.ready;
  await publish(rpc, "kept/b", 1);
  for await (const { params } of events) {
    expect(params).toEqual({ n: 1 });
    break;
  }
  await expect(rpc.call("topic.unsubscribe", { topic: "kept/b" })).rejects.toBeInstanceOf(RpcError);
  await rpc.close();
});

test("what is kept comes first, from the beginning or after a position", async () => {
  const rpc = client();
  for (const n of [1, 2, 3]) await publish(rpc, "kept/c", n);
  const all = rpc.subscribe("kept/c", { since: "first" });
  const taken = await take(all, 3);
  expect(numbers(taken)).toEqual([1, 2, 3]);
  const { epoch, offset } = taken[1] as TopicEvent;
  const after = rpc.subscribe("kept/c", { since: { epoch, offset } });
  expect(numbers(await take(after, 1))).toEqual([3]);
  await publish(rpc, "kept/c", 4);
  expect(numbers(await take(all, 1))).toEqual([4]);
  expect(numbers(await take(after, 1))).toEqual([4]);
  await rpc.close();
});

test("two readers of one topic both get its events, and the last to leave unsubscribes", async () => {
  const rpc = client();
  const one = rpc.subscribe("kept/d");
  const other = rpc.subscribe("kept/*");
  await Promise.all([one.ready, other.ready]);
  await publish(rpc, "kept/d", 1);
  expect(numbers(await take(one, 1))).toEqual([1]);
  expect(numbers(await take(other, 1))).toEqual([1]);
  one.unsubscribe();
  await rpc.call("rpc.ping");
  await publish(rpc, "kept/d", 2);
  expect(numbers(await take(other, 1))).toEqual([2]);
  await rpc.close();
});

test("what was dropped for a slow reader is told in the next event", async () => {
  const rpc = client();
  const events = rpc.subscribe("kept/e", { buffer: 2 });
  await events.ready;
  for (const n of [1, 2, 3, 4, 5]) await publish(rpc, "kept/e", n);
  const taken = await take(events, 2);
  expect(taken.map(({ offset, missed }) => ({ offset, missed }))).toEqual([
    { offset: 4, missed: 3 },
    { offset: 5, missed: 0 },
  ]);
  await rpc.close();
});

test("a reader that is slow with the policy disconnect is told so", async () => {
  const rpc = client();
  const events = rpc.subscribe("kept/f", { buffer: 2, policy: "disconnect" });
  await events.ready;
  for (const n of [1, 2, 3]) await publish(rpc, "kept/f", n);
  await expect(take(events, 3)).rejects.toMatchObject({ kind: "limit_exceeded" });
  await rpc.close();
});

test("a topic that is not there fails its loop and `ready`", async () => {
  const rpc = client();
  const events = rpc.subscribe("no/such");
  await expect(events.ready).rejects.toMatchObject({ kind: "not_found" });
  await expect(events.next()).rejects.toMatchObject({ kind: "not_found" });
  expect(await events.next()).toMatchObject({ done: true });
  await rpc.close();
});

test("a signal ends a subscription", async () => {
  const rpc = client();
  const control = new AbortController();
  const events = rpc.subscribe("kept/g", { signal: control.signal });
  await events.ready;
  const waiting = events.next();
  control.abort();
  expect(await waiting).toMatchObject({ done: true });
  await rpc.close();
});

test("states that come as patches are whole", async () => {
  const rpc = client();
  const events = rpc.subscribe("metrics", { since: "first", delta: true });
  const taken = await take(events, 3);
  for (const { params } of taken) expect(params).toMatchObject({ memory: expect.any(Object) as object });
  await rpc.close();
});

test("a session that was lost subscribes again from where it was", async () => {
  await writeFile(join(folder, "short.toml"), `${configuration}\n[limits]\nresume-window = 0.05\n`);
  const short = await Server.serve(["--config", join(folder, "short.toml")]);
  const proxy = await CuttingProxy.before(short.port);
  const direct = client({ url: short.url, token: short.token });
  const rpc = client({ url: proxy.url, token: short.token, queueWhileOffline: true });
  const lost: string[] = [];
  rpc.on("lost", ({ reason }) => lost.push(reason));
  const kept = rpc.subscribe("kept/h");
  const loose = rpc.subscribe("loose");
  await Promise.all([kept.ready, loose.ready]);
  await publish(direct, "kept/h", 1);
  expect(numbers(await take(kept, 1))).toEqual([1]);

  const running = expect(rpc.call("system.wait", { ms: 60_000 })).rejects.toMatchObject({ kind: "outcome_unknown" });
  const keyed = rpc.call("system.wait", { ms: 60 }, { idempotencyKey: true });
  await rpc.call("rpc.ping");
  proxy.isDown = true;
  proxy.cutAll();
  await vi.waitFor(() => expect(rpc.state.name).toBe("reconnecting"));
  const unsent = rpc.call("system.echo", { n: 1 });
  await publish(direct, "kept/h", 2);
  await publish(direct, "loose", 1);
  await direct.call("system.wait", { ms: 200 }); // four times as long as the session waits
  proxy.isDown = false;

  expect(await take(kept, 1)).toMatchObject([{ params: { n: 2 }, missed: 0 }]);
  expect(lost).toEqual(["expired"]);
  await running;
  expect(await keyed).toMatchObject({ waitedMs: expect.any(Number) as number });
  expect(await unsent).toEqual({ n: 1 });
  await publish(direct, "loose", 2);
  expect(await take(loose, 1)).toMatchObject([{ params: { n: 2 }, missed: 1 }]);
  await Promise.all([rpc.close(), direct.close()]);
  await proxy.stop();
  await short.stop();
});
