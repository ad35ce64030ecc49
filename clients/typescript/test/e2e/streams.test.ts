import { appendFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { AbortError, connect, RpcError } from "../../src/index.js";
import { Server } from "../support/server.js";

interface Methods {
  "logs.follow": {
    params: { service: string; lines?: number; maxEntries?: number };
    result: { entries: number };
    progress: { entries: { line: string }[] };
  };
  "run.ask": { params: { who: string; n: number }; result: number };
  "rpc.ping": { params: undefined; result: null };
}

let folder: string;
let log: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidewire-streams-"));
  log = join(folder, "app.log");
  await writeFile(log, Array.from({ length: 500 }, (_, n) => `line ${n}\n`).join(""));
  await writeFile(join(folder, "logs.toml"), `[[logs]]\nname = "app"\npath = "${log}"\n`);
  server = await Server.serve(["--config", join(folder, "logs.toml")]);
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const client = () => connect<Methods>({ url: server.url, token: server.token });

test("a stream's values come in order, and its result ends it", async () => {
  const rpc = client();
  const stream = rpc.stream("logs.follow", { service: "app", lines: 500, maxEntries: 500 });
  const lines: string[] = [];
  for await (const { entries } of stream) lines.push(...entries.map(({ line }) => line));
  expect(lines).toEqual(Array.from({ length: 500 }, (_, n) => `line ${n}`));
  expect(await stream.result).toEqual({ entries: 500 });
  await rpc.close();
});

test("the iterator returns the result too", async () => {
  const rpc = client();
  const stream = rpc.stream("logs.follow", { service: "app", lines: 1, maxEntries: 1 });
  expect((await stream.next()).done).toBe(false);
  expect(await stream.next()).toEqual({ done: true, value: { entries: 1 } });
  await rpc.close();
});

test("a reader that takes nothing holds the server back, and gives credit as it reads", async () => {
  const rpc = client();
  await rpc.call("rpc.ping");
  const traffic: string[] = [];
  rpc.on("traffic", ({ direction, data }) => traffic.push(`${direction} ${String(data)}`));
  const count = (text: string) => traffic.filter((line) => line.includes(text)).length;
  const stream = rpc.stream("logs.follow", { service: "app" }, { credit: 2 });
  await rpc.call("rpc.ping");
  for (let n = 0; n < 6; ++n) {
    await appendFile(log, `more ${n}\n`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  await vi.waitFor(() => expect(count("$/progress")).toBe(2));
  const lines: string[] = [];
  for await (const { entries } of stream) {
    lines.push(...entries.map(({ line }) => line));
    if (lines.length === 6) break;
  }
  expect(lines).toEqual(Array.from({ length: 6 }, (_, n) => `more ${n}`));
  expect(count("$/credit")).toBeGreaterThan(0);
  await vi.waitFor(() => expect(count("$/cancelRequest")).toBe(1));
  await rpc.close();
});

test("a signal ends a stream with AbortError, and its loop too", async () => {
  const rpc = client();
  const control = new AbortController();
  const stream = rpc.stream("logs.follow", { service: "app" }, { signal: control.signal });
  setTimeout(() => control.abort(), 50);
  await expect(stream.next()).rejects.toBeInstanceOf(AbortError);
  await expect(stream.result).rejects.toBeInstanceOf(AbortError);
  await rpc.close();
});

test("a stream that fails tells its loop", async () => {
  const rpc = client();
  await expect(rpc.stream("logs.follow", { service: "none" }).next()).rejects.toMatchObject({ kind: "not_found" });
  await rpc.close();
});

test("the server calls the client, whose answer or error it gets", async () => {
  const counting = await Server.run("session-server");
  const rpc = connect<Methods>({ url: counting.url, token: counting.token });
  const who = "asked";
  await expect(rpc.run.ask({ who, n: 1 })).rejects.toMatchObject({ kind: "method_not_found" });
  const take = rpc.handle<{ n: number }>("asked", ({ n }, { signal }) => Promise.resolve(signal.aborted ? 0 : n));
  expect(await rpc.run.ask({ who, n: 2 })).toBe(2);
  take();
  rpc.handle("asked", () => {
    throw new RpcError(-32030, "no", { kind: "conflict" });
  });
  await expect(rpc.run.ask({ who, n: 3 })).rejects.toMatchObject({ kind: "conflict" });
  const errors: unknown[] = [];
  rpc.on("error", (error) => errors.push(error));
  rpc.handle("asked", () => {
    throw new Error("a secret of the client's");
  });
  await expect(rpc.run.ask({ who, n: 4 })).rejects.toMatchObject({
    message: expect.not.stringContaining("secret") as string,
  });
  expect(errors).toHaveLength(1);
  await rpc.close();
  await counting.stop();
});
