import { expect, test } from "vitest";
import { bytes, duration, milliseconds } from "../src/lib/format.js";
import { baseUrlOf, takeToken, type LaunchWindow } from "../src/lib/launch.js";
import { hrefOf, routeOf } from "../src/lib/route.js";
import { sessionsOf } from "../src/lib/sessions.js";
import { asCli, asCurl, asTypeScript } from "../src/lib/snippets.js";
import { historyOf, topicsOf } from "../src/lib/topics.js";

function windowAt(hash: string, kept?: string) {
  const replaced: string[] = [];
  const storage = new Map(kept === undefined ? [] : [["sidewire-token", kept]]);
  const window: LaunchWindow = {
    location: { href: `http://127.0.0.1:1/${hash}`, hash },
    history: { replaceState: (_data, _unused, url) => void replaced.push(url) },
    sessionStorage: { getItem: (key) => storage.get(key) ?? null, setItem: (key, value) => void storage.set(key, value) },
  };
  return { window, replaced, storage };
}

test("the token of a launch link leaves the address bar and stays with the tab", () => {
  const { window, replaced, storage } = windowAt("#token=abc-_");
  expect(takeToken(window)).toBe("abc-_");
  expect(replaced).toEqual(["#/methods"]);
  expect([...storage.values()]).toEqual(["abc-_"]);
});

test("a tab that has a token keeps it, one without has none", () => {
  expect(takeToken(windowAt("#/topics", "kept").window)).toBe("kept");
  expect(takeToken(windowAt("#token=new", "kept").window)).toBe("new");
  expect(takeToken(windowAt("#/topics").window)).toBeUndefined();
});

test("the server is where the page's directory is", () => {
  expect(baseUrlOf("http://127.0.0.1:8765/#/topics")).toBe("http://127.0.0.1:8765");
  expect(baseUrlOf("https://a.example/sidecar/?x=1#/topics")).toBe("https://a.example/sidecar");
});

test("every view and item has an address", () => {
  expect(routeOf("#/topics/logs%2F*")).toEqual({ view: "topics", item: "logs/*" });
  expect(routeOf(hrefOf("topics", "a/b c"))).toEqual({ view: "topics", item: "a/b c" });
  expect(routeOf("#/methods/logs.tail")).toEqual({ view: "methods", item: "logs.tail" });
  for (const hash of ["", "#", "#/nowhere", "#token=x"]) expect(routeOf(hash)).toEqual({ view: "methods", item: undefined });
  expect(routeOf("#/health/%E0")).toEqual({ view: "health", item: "%E0" });
});

const call = {
  baseUrl: "http://127.0.0.1:8765",
  method: "logs.tail",
  params: { service: "it's" },
  isStream: false,
  transport: undefined,
  format: "json" as const,
};

test("calls are copied without the token, and quoted for a shell", () => {
  expect(asCurl(call)).toContain(`"params":{"service":"it'\\''s"}`);
  expect(asCurl(call)).toContain("Bearer $SIDEWIRE_TOKEN");
  expect(asCurl({ ...call, isStream: true })).toContain("text/event-stream");
  expect(asCli({ ...call, params: undefined })).toBe("sidewire-cli --url 'http://127.0.0.1:8765' call logs.tail");
  expect(asCli({ ...call, isStream: true, transport: "sse", format: "msgpack" })).toMatch(
    / --stream --transport sse --format msgpack$/,
  );
});

test("calls are copied as TypeScript", () => {
  expect(asTypeScript(call)).toContain('rpc.call("logs.tail", {\n  "service": "it\'s"\n})');
  const stream = asTypeScript({ ...call, isStream: true, transport: "poll", format: "msgpack" });
  expect(stream).toContain('transports: ["poll"]');
  expect(stream).toContain("for await (const part of rpc.stream(");
  expect(stream).toContain("@sidewire/client/msgpack");
});

test("sizes and times are written for people", () => {
  expect([bytes(0), bytes(1023), bytes(1024), bytes(14.2 * 1024 * 1024)]).toEqual(["0 B", "1023 B", "1 KiB", "14.2 MiB"]);
  expect([milliseconds(0.0123), milliseconds(0.4), milliseconds(12.34), milliseconds(1500)]).toEqual([
    "12 µs",
    "400 µs",
    "12.3 ms",
    "1.5 s",
  ]);
  expect([duration(65_000), duration(3_600_000), duration(90_061_000)]).toEqual(["1 min 5 s", "1 h", "1 d 1 h"]);
});

test("topics and their history are read, also where members are missing", () => {
  expect(topicsOf({ topics: [{ topic: "a", historyCount: 5, delta: true }] })).toEqual([
    { topic: "a", summary: "", events: [], historyCount: 5, retainsLast: false, delta: true, mayPublish: false },
  ]);
  expect(topicsOf(null)).toEqual([]);
  const history = historyOf({ epoch: "e", offset: 3, publications: [{ offset: 3, method: "m", params: { a: 1 } }] });
  expect(history).toEqual({ epoch: "e", offset: 3, events: [{ offset: 3, method: "m", params: { a: 1 } }] });
});

test("sessions are read, also those whose client is away or has no name", () => {
  const [one] = sessionsOf({
    sessions: [
      {
        id: "0-17",
        principal: "local",
        format: "json",
        startedAt: "2026-01-01T00:00:00.000Z",
        since: "2026-01-01T00:00:01.000Z",
        queuedMessages: 2,
        queuedBytes: 10,
        runningCalls: 1,
        subscriptions: 3,
      },
    ],
  });
  expect(one).toMatchObject({ client: "unnamed", transport: undefined, address: undefined, queuedMessages: 2 });
  expect((one?.sinceMs ?? 0) - (one?.startedAtMs ?? 0)).toBe(1000);
});
