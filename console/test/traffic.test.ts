import { beforeEach, expect, test } from "vitest";
import { msgpack } from "../src/lib/codecs.js";
import { kindOf, labelOf, messageKinds } from "../src/lib/messages.js";
import { redacted } from "../src/lib/redaction.js";
import { toBase64, type Traffic } from "../src/lib/sidewire.js";
import { bounds, filtered, pageCaller, TrafficLog } from "../src/lib/traffic.js";

let changeCount: number;
let log: TrafficLog;
beforeEach(() => {
  changeCount = 0;
  log = new TrafficLog(() => (changeCount += 1));
});

const request = (id: number, method = "a.b", params?: unknown) => ({ jsonrpc: "2.0", id, method, params });
const traffic = (message: unknown, more: Partial<Traffic> = {}): Traffic => ({
  direction: "out",
  transport: "websocket",
  data: JSON.stringify(message),
  ...more,
});
const add = (...args: Parameters<typeof traffic>) => log.add(pageCaller, traffic(...args), 0);

test("messages are told apart and named", () => {
  expect(kindOf(request(1))).toBe("request");
  expect(labelOf(request(1))).toBe("a.b #1");
  expect(kindOf({ jsonrpc: "2.0", id: 1, result: null })).toBe("response");
  expect(labelOf({ jsonrpc: "2.0", id: 1, error: { code: 1, message: "no" } })).toBe("error #1: no");
  expect(kindOf({ jsonrpc: "2.0", id: 1, error: {} })).toBe("error");
  const event = { jsonrpc: "2.0", method: "logs.update", params: { _meta: { topic: "logs/a" } } };
  expect([kindOf(event), labelOf(event)]).toEqual(["notification", "logs.update (logs/a)"]);
  expect(kindOf({ jsonrpc: "2.0", method: "session.ack" })).toBe("session");
  expect(labelOf([request(1), request(2)])).toBe("batch of 2");
});

test("secrets are hidden wherever they stand", () => {
  const open = { jsonrpc: "2.0", method: "session.open", params: { token: "s3cret", resumeToken: "s3cret", received: 1 } };
  expect(redacted(open)).toMatchObject({ params: { token: "[redacted]", resumeToken: "[redacted]", received: 1 } });
  expect(redacted(request(1, "auth.refresh", ["s3cret"]))).toMatchObject({ params: "[redacted]" });
  const nested = request(1, "shop.buy", { list: [{ api_key: "s3cret", "X-Password": "s3cret", tokens: 17 }] });
  expect(redacted(nested)).toMatchObject({ params: { list: [{ tokens: 17 }] } });
  expect(JSON.stringify(redacted(nested))).not.toContain("s3cret");
  const progress = { jsonrpc: "2.0", method: "$/progress", params: { progressToken: "a", value: 1 } };
  expect(redacted(progress)).toEqual(progress);
  add(open);
  expect(JSON.stringify(log.entries)).not.toContain("s3cret");
});

test("an envelope is shown as the messages that it holds", () => {
  const bytes = msgpack.encode(request(2)) as Uint8Array;
  add({ first: 1, messages: [request(1), toBase64(bytes)], received: 3 }, { transport: "post" });
  add({ received: 4 }, { transport: "poll", direction: "in" });
  expect(log.entries.map(({ label, format, kind }) => [label, format, kind])).toEqual([
    ["a.b #1", "json", "request"],
    ["a.b #2", "msgpack", "request"],
    ["received up to 4", "json", "session"],
  ]);
  expect(log.entries[1]?.sizeBytes).toBe(bytes.length);
});

test("what can't be read is shown as it is", () => {
  log.add(pageCaller, traffic(0, { data: "{" }), 0);
  log.add(pageCaller, traffic(0, { data: Uint8Array.of(0xc1) }), 0);
  expect(log.entries.map(({ message }) => message)).toEqual(["{", "1 bytes that are no MessagePack"]);
});

test("the answer to a measured round trip belongs to the session", () => {
  add(request(7, "rpc.ping"));
  add({ jsonrpc: "2.0", id: 7, result: null }, { direction: "in" });
  add({ jsonrpc: "2.0", id: 7, result: null }, { direction: "in" });
  expect(log.entries.map(({ kind }) => kind)).toEqual(["session", "session", "response"]);
});

test("the log keeps the newest within its bounds, and counts all", () => {
  for (let id = 0; id < bounds.maxCount + 10; ++id) add(request(id));
  expect(log.entries).toHaveLength(bounds.maxCount);
  expect(log.entries[0]?.label).toBe("a.b #10");
  expect(log.totals.out.count).toBe(bounds.maxCount + 10);
  add(request(1, "large", "x".repeat(bounds.maxBytes)));
  expect(log.entries).toHaveLength(1);
  expect(changeCount).toBe(bounds.maxCount + 11);
});

test("while it is paused nothing is kept, but counted and recorded", () => {
  log.isPaused = true;
  log.record("0.1.0", 0);
  add(request(1));
  expect(log.entries).toHaveLength(0);
  expect(log.totals.out.count).toBe(1);
  expect(log.recorded).toMatchObject({ count: 1, isFull: false });
});

test("a recording has the form of the server's own, from the server's side", () => {
  add(request(1));
  log.record("0.1.0", 1000);
  const long = '{"jsonrpc":"2.0","id":2,"result":9007199254740993}';
  add(request(2));
  log.add(log.numberCaller(), traffic(0, { direction: "in", data: long }), 2000);
  add({ received: 4 }, { transport: "post" });
  log.add(pageCaller, traffic(0, { data: Uint8Array.of(0xc1) }), 3000);
  expect(log.recorded?.count).toBe(3);
  const lines = log.stopRecording().trimEnd().split("\n");
  expect(lines).toEqual([
    '{"event":"recording","version":"0.1.0","time":"1970-01-01T00:00:01.000Z"}',
    '{"time":"1970-01-01T00:00:00.000Z","caller":1,"direction":"in","format":"json","message":{"jsonrpc":"2.0","id":2,"method":"a.b"}}',
    `{"time":"1970-01-01T00:00:02.000Z","caller":2,"direction":"out","format":"json","message":${long}}`,
    '{"time":"1970-01-01T00:00:03.000Z","caller":1,"direction":"in","format":"msgpack","unreadableBytes":1}',
  ]);
  expect(log.recorded).toBeUndefined();
});

test("a filter takes text within messages, direction and kind", () => {
  add(request(1, "logs.tail", { service: "dpkg" }));
  add({ jsonrpc: "2.0", id: 1, result: [] }, { direction: "in" });
  const all = new Set(messageKinds);
  const count = (filter: Partial<Parameters<typeof filtered>[1]>) =>
    filtered(log.entries, { text: "", direction: "both", kinds: all, ...filter }).length;
  expect(count({})).toBe(2);
  expect(count({ text: "DPKG" })).toBe(1);
  expect(count({ direction: "in" })).toBe(1);
  expect(count({ kinds: new Set(["request"] as const) })).toBe(1);
  expect(count({ text: "nothing of it" })).toBe(0);
});
