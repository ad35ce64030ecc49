// The small deciding parts, each alone.
import { expect, test } from "vitest";
import { Backoff } from "../../src/backoff.js";
import { AsyncBuffer } from "../../src/buffer.js";
import { fromBase64, toBase64 } from "../../src/base64.js";
import { bigintJson } from "../../src/bigint.js";
import { judge, type Evidence } from "../../src/link/diagnosis.js";
import { consequenceOf } from "../../src/link/endings.js";
import { TransportMemory } from "../../src/link/transport-memory.js";
import { applyMergePatch } from "../../src/merge-patch.js";
import { baseUrlOf } from "../../src/options.js";
import { Queue } from "../../src/queue.js";
import { fitsPattern } from "../../src/topic-pattern.js";
import { chosen } from "../../src/transports/negotiate.js";
import { readEnvelope, writeEnvelope } from "../../src/transports/envelope.js";

test("the bound of a wait doubles with each failure up to the longest, and a success resets it", () => {
  const backoff = new Backoff(100, 500, () => 1);
  expect([1, 2, 3, 4, 5].map(() => backoff.next())).toEqual([100, 200, 400, 500, 500]);
  backoff.reset();
  expect(backoff.next()).toBe(100);
  expect(new Backoff(100, 500, () => 0.25).next()).toBe(25);
});

test("a queue keeps its order through everything that is taken out", () => {
  const queue = new Queue<number>();
  for (let n = 0; n < 300; ++n) queue.push(n);
  for (let n = 0; n < 200; ++n) expect(queue.shift()).toBe(n);
  expect(queue.size).toBe(100);
  expect(queue.at(0)).toBe(200);
  expect(queue.takeFirst((n) => n % 2 === 1)).toBe(201);
  expect(queue.remove((n) => n > 203)).toBe(96);
  expect(queue.some((n) => n === 199)).toBe(false);
  expect(queue.takeAll()).toEqual([200, 202, 203]);
  expect(queue.shift()).toBeUndefined();
});

test("merge patches are applied as RFC 7396 has them, and leave the value alone", () => {
  const cases: [unknown, unknown, unknown][] = [
    [{ a: "b" }, { a: "c" }, { a: "c" }],
    [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
    [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
    [{ a: ["b"] }, { a: "c" }, { a: "c" }],
    [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
    [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
    [["a"], ["c", "d"], ["c", "d"]],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: "b", c: null }, { a: "b" }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [value, patch, patched] of cases) {
    const before = structuredClone(value);
    expect(applyMergePatch(value, patch)).toEqual(patched);
    expect(value).toEqual(before);
  }
});

test("patterns fit level by level", () => {
  expect(fitsPattern("a/b", "a/b")).toBe(true);
  expect(fitsPattern("a/*", "a/b")).toBe(true);
  expect(fitsPattern("a/*", "a/b/c")).toBe(false);
  expect(fitsPattern("a/*", "a")).toBe(false);
  expect(fitsPattern("*/b", "a/b")).toBe(true);
  expect(fitsPattern("a/**", "a/b/c")).toBe(true);
  expect(fitsPattern("a/**", "a")).toBe(false);
});

test("an envelope numbers its messages and keeps their text; MessagePack is base64 in it", () => {
  const outgoing = (data: string | Uint8Array) => ({
    data,
    sizeBytes: 1,
    exchange: 1,
    isOfSession: false,
    mayHaveArrived: true,
  });
  const group = {
    first: 7,
    messages: [outgoing('{"a":1}'), outgoing(Uint8Array.of(0xc0))],
    fresh: [],
    own: ["session.pong"],
    received: 3,
  };
  expect(JSON.parse(writeEnvelope(group))).toEqual({
    first: 7,
    messages: [{ jsonrpc: "2.0", method: "session.pong" }, { a: 1 }, "wA=="],
    received: 3,
  });
  expect(writeEnvelope({ ...group, messages: [], own: [] })).toBe('{"received":3}');
  expect(readEnvelope({ first: 1, messages: [1] })).toEqual({ first: 1, messages: [1], received: undefined });
  expect(readEnvelope({})).toEqual({ first: undefined, messages: [], received: undefined });
  expect(readEnvelope({ messages: 1 })).toBeUndefined();
  expect(readEnvelope([])).toBeUndefined();
});

test("base64 of any length comes back", () => {
  for (const length of [0, 1, 2, 3, 100_000]) {
    const bytes = Uint8Array.from({ length }, (_, index) => index);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  }
});

test("JSON with bigint leaves digits in strings, fractions and exponents alone", () => {
  const codec = bigintJson();
  expect(
    codec.decode('{"a":12345678901234567890,"b":"\\"12345678901234567890","c":1234567890123456789.5,"d":1e20,"e":-5}'),
  ).toEqual({
    a: 12345678901234567890n,
    b: '"12345678901234567890',
    c: 1234567890123456789.5,
    d: 1e20,
    e: -5,
  });
  expect(codec.encode({ a: 2n ** 63n, b: "#1:2" })).toBe('{"a":9223372036854775808,"b":"#1:2"}');
});

test("what the end of a connection asks for", () => {
  expect(consequenceOf({ code: 4005 })).toEqual({ kind: "newToken", reason: "expired" });
  expect(consequenceOf({ code: 4500 })).toEqual({ kind: "newToken", reason: "refused" });
  expect(consequenceOf({ status: 401 })).toEqual({ kind: "newToken", reason: "refused" });
  expect(consequenceOf({ code: 4009 })).toEqual({ kind: "askAgain" });
  expect(consequenceOf({ code: 4501 })).toEqual({ kind: "close", reason: "protocol" });
  expect(consequenceOf({ code: 4503 })).toEqual({ kind: "close", reason: "forbidden" });
  expect(consequenceOf({ status: 503, retryAfterMs: 5 })).toEqual({ kind: "retry", reason: "draining", afterMs: 5 });
  for (const code of [1000, 1001, 1006, 1011, 1013, 4008, 4012]) expect(consequenceOf({ code }).kind).toBe("retry");
  for (const status of [404, 408, 429, 500, 502]) expect(consequenceOf({ status }).kind).toBe("retry");
});

test("transports that failed lately come last, for a while, for their server alone", () => {
  const memory = new TransportMemory();
  memory.noteFailure("http://a", "websocket", "silent", 0);
  const wanted = ["websocket", "sse", "poll"] as const;
  expect(memory.order("http://a", wanted, 1)).toEqual(["sse", "poll", "websocket"]);
  expect(memory.order("http://b", wanted, 1)).toEqual(wanted);
  expect(memory.order("http://a", wanted, 11 * 60_000)).toEqual(wanted);
  memory.noteSuccess("http://a", "websocket");
  expect(memory.order("http://a", wanted, 1)).toEqual(wanted);
});

test("of what the server would use, what is wanted is taken in its order", () => {
  const answer = { transports: [{ name: "poll" }, { name: "post" }, { name: "websocket" }] };
  expect(chosen(answer, ["websocket", "sse", "poll"])).toEqual(["poll", "websocket"]);
  expect(chosen({ transports: [] }, ["sse"])).toEqual([]);
  expect(chosen({ error: {} }, ["sse"])).toBeUndefined();
});

test("a person learns what stood in the way of a connection, and what to do", () => {
  const evidence: Evidence = {
    baseUrl: "http://127.0.0.1:8080",
    origin: "http://localhost:5173",
    isBlockedByPolicy: false,
    localNetwork: undefined,
    answersAtAll: false,
    answersToOrigin: false,
  };
  expect(judge(evidence)).toMatchObject({
    reason: "refused",
    message: expect.stringContaining("127.0.0.1:8080") as string,
  });
  expect(judge({ ...evidence, isBlockedByPolicy: true })).toMatchObject({
    reason: "blocked_by_csp",
    message: expect.stringContaining("http://127.0.0.1:8080 ws://127.0.0.1:8080") as string,
  });
  expect(judge({ ...evidence, answersAtAll: true })).toMatchObject({
    reason: "wrong_origin",
    message: expect.stringContaining("--allow-origin http://localhost:5173") as string,
  });
  expect(judge({ ...evidence, origin: "https://a.example", baseUrl: "http://192.168.0.7:1" })).toMatchObject({
    reason: "mixed_content",
  });
  expect(judge({ ...evidence, origin: "https://a.example", localNetwork: "denied" })).toMatchObject({
    reason: "local_network_access",
  });
  expect(judge({ ...evidence, localNetwork: "prompt" })).toMatchObject({ reason: "refused" });
  expect(judge({ ...evidence, answersAtAll: true, answersToOrigin: true })).toBeUndefined();
});

test("an address may be of HTTP or WebSocket, with or without a path", () => {
  expect(baseUrlOf("ws://localhost:1/rpc")).toBe("http://localhost:1");
  expect(baseUrlOf("wss://a.example")).toBe("https://a.example");
  expect(baseUrlOf("http://[::1]:8080/")).toBe("http://[::1]:8080");
  expect(baseUrlOf("https://a.example/sidecar")).toBe("https://a.example/sidecar");
  expect(baseUrlOf("wss://a.example/sidecar/rpc?a=b")).toBe("https://a.example/sidecar");
});

test("a buffer hands on in order, ends after what waits, and tells an error once", async () => {
  let takenCount = 0;
  const buffer = new AsyncBuffer<number, string>({ maxCount: 2, onTaken: () => ++takenCount });
  const first = buffer.next();
  buffer.push(1);
  expect(await first).toEqual({ done: false, value: 1 });
  for (const n of [2, 3, 4]) buffer.push(n);
  buffer.finish("end");
  buffer.push(5);
  expect([await buffer.next(), await buffer.next(), await buffer.next()]).toEqual([
    { done: false, value: 3 },
    { done: false, value: 4 },
    { done: true, value: "end" },
  ]);
  expect(takenCount).toBe(3);
  const failing = new AsyncBuffer<number>({ maxCount: 2 });
  failing.fail(new Error("why"));
  await expect(failing.next()).rejects.toThrow("why");
  expect(await failing.next()).toEqual({ done: true, value: undefined });
});

test("leaving an iteration early is told once, and wakes who waits", async () => {
  let leftCount = 0;
  const buffer = new AsyncBuffer<number>({ maxCount: 2, onLeft: () => ++leftCount });
  const waiting = buffer.next();
  await buffer.return();
  await buffer.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(leftCount).toBe(1);
});
