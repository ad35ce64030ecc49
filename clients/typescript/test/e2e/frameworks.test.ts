import { get } from "svelte/store";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { discover } from "../../src/discover.js";
import { connect, type BuiltInMethods, type BuiltInTopics } from "../../src/index.js";
import { connectTauri } from "../../src/tauri.js";
import { connectionState, topic } from "../../src/svelte.js";
import { Server } from "../support/server.js";

let server: Server;
beforeAll(async () => {
  server = await Server.serve(["--metrics-interval", "0.1"]);
});
afterAll(() => server.stop());
afterEach(() => vi.unstubAllGlobals());

test("in Tauri the Rust side is asked where the sidecar is, again after each break", async () => {
  let current = await Server.serve();
  const invoke = vi.fn(async () => current.ready);
  vi.stubGlobal("__TAURI_INTERNALS__", { invoke });
  const rpc = connectTauri<BuiltInMethods>({ command: "where", reconnect: { minDelayMs: 5, maxDelayMs: 20 } });
  await rpc.rpc.ping();
  expect(invoke).toHaveBeenCalledWith("where");
  await current.stop("SIGKILL");
  current = await Server.serve();
  await vi.waitFor(() => expect(rpc.state.instance).toBe(current.ready.instance), 5000);
  await rpc.close();
  await current.stop();
});

test("outside of Tauri the state says so", async () => {
  const rpc = connectTauri({ reconnect: { minDelayMs: 60_000 } });
  await vi.waitFor(() => expect(rpc.state.reason?.message).toContain("Tauri"));
  await rpc.close();
});

test("a command of Tauri's that fails is named in the state, with what Tauri said", async () => {
  vi.stubGlobal("__TAURI_INTERNALS__", { invoke: () => Promise.reject("Command where not allowed by ACL") });
  const rpc = connectTauri({ command: "where", reconnect: { minDelayMs: 60_000 } });
  await vi.waitFor(() => expect(rpc.state.reason?.message).toContain("where failed: Command where not allowed by ACL"));
  await rpc.close();
});

test("Svelte's stores follow the connection and a topic, while somebody reads them", async () => {
  const rpc = connect<BuiltInMethods, BuiltInTopics>({ url: server.url, token: server.token });
  const state = connectionState(rpc);
  expect(get(state).name).toBe("connecting");
  const metrics = topic(rpc, "metrics", { keep: 2 });
  const seen: number[][] = [];
  const stop = metrics.subscribe((events) => seen.push(events.map(({ offset }) => offset)));
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(4), 5000);
  stop();
  expect(get(state).name).toBe("open");
  expect(seen[0]).toEqual([]);
  const [first = 0] = seen[1] ?? [];
  expect(seen.slice(1, 4)).toEqual([[first], [first, first + 1], [first + 1, first + 2]]);
  const errors: unknown[] = [];
  const other = connect({ url: server.url, token: server.token });
  const stopOther = topic(other, "no/such", {}, (error) => errors.push(error)).subscribe(() => {});
  await vi.waitFor(() => expect(errors).toMatchObject([{ kind: "not_found" }]));
  stopOther();
  await Promise.all([rpc.close(), other.close()]);
});

test("discover looks at a fresh WS_CONFIG, the page's address, what was injected, the environment, and a default", async () => {
  vi.stubEnv("SIDEWIRE_URL", undefined);
  vi.stubEnv("TAURI_WS_PORT", undefined);
  const config = (ageMs: number) => ({
    port: 1111,
    instance: "i",
    timestamp: new Date(Date.now() - ageMs).toISOString(),
  });
  expect(await discover()).toEqual({ url: "http://127.0.0.1:8765" });
  expect(await discover({ defaultPort: 7, host: "localhost" })).toEqual({ url: "http://localhost:7" });
  vi.stubEnv("TAURI_WS_PORT", "3333");
  expect(await discover()).toEqual({ url: "http://127.0.0.1:3333" });
  vi.stubEnv("SIDEWIRE_URL", "http://localhost:4444");
  expect(await discover()).toEqual({ url: "http://localhost:4444" });
  expect(await discover({ injected: 5555 })).toEqual({ url: "http://127.0.0.1:5555" });
  vi.stubGlobal("location", { search: "?port=2222" });
  expect(await discover({ injected: 5555 })).toEqual({ url: "http://127.0.0.1:2222" });
  vi.stubGlobal("WS_CONFIG", config(6000));
  expect(await discover()).toEqual({ url: "http://127.0.0.1:2222" });
  vi.stubGlobal("WS_CONFIG", config(1000));
  expect(await discover()).toEqual({ url: "http://127.0.0.1:1111", instance: "i" });
  vi.unstubAllEnvs();
});
