import { expect, test } from "vitest";
import type { TransportName } from "../../src/index.js";
import { msgpack } from "../../src/msgpack/index.js";
import { CuttingProxy, type Cut } from "../support/cutting-proxy.js";
import { breakFactor, breakSeed, seeded } from "../support/seeded.js";
import { runCountingClient } from "../support/counting-client.js";
import { Server } from "../support/server.js";

/** Cuts every connection at a random place. */
function randomCuts(seed: number, leastBytes: number): () => Cut {
  const random = seeded(seed);
  return () => ({
    direction: random(2) === 0 ? "up" : "down",
    afterBytes: leastBytes + random(random(3) === 0 ? 400 : 12_000),
    how: "reset",
  });
}

/** Four clients until so many connections were cut. */
async function breakOften(transports: readonly TransportName[], cutCount: number, options = {}): Promise<Set<string>> {
  const server = await Server.run("session-server", ["2"]);
  const proxy = await CuttingProxy.before(server.port);
  proxy.nextCut = randomCuts(7 + breakSeed, 200);
  const isOver = () => {
    if (proxy.cutCount < cutCount * breakFactor) return false;
    proxy.nextCut = () => null;
    return true;
  };
  const all = {
    url: proxy.url,
    token: server.token,
    transports,
    reconnect: { minDelayMs: 5, maxDelayMs: 20, failuresUntilOffline: Infinity },
    ...options,
  };
  const runs = await Promise.all([1, 2, 3, 4].map((n) => runCountingClient(`client-${n}`, n, all, isOver)));
  for (const { callCount, wrong } of runs) {
    expect(wrong).toEqual([]);
    expect(callCount).toBeGreaterThan(100);
  }
  await proxy.stop();
  await server.stop();
  return new Set(runs.flatMap(({ transports }) => transports));
}

test("whatever breaks, calls run once and in order, and events and questions come once", async () => {
  await breakOften(["websocket"], 300);
});

test("the same in MessagePack", async () => {
  await breakOften(["websocket"], 200, { msgpack, format: "msgpack" });
});

test("the same over event streams", async () => {
  expect(await breakOften(["sse"], 300)).toEqual(new Set(["sse"]));
});

test("the same over event streams in MessagePack", async () => {
  await breakOften(["sse"], 100, { msgpack, format: "msgpack" });
});

test("the same over long polls", async () => {
  expect(await breakOften(["poll"], 300)).toEqual(new Set(["poll"]));
});

test("the same while the session moves between all transports", async () => {
  expect(await breakOften(["websocket", "sse", "poll"], 600)).toContain("websocket");
});
