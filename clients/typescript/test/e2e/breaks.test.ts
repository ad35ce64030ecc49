import { expect, test } from "vitest";
import { CuttingProxy, seeded, type Cut } from "../support/cutting-proxy.js";
import { runCountingClient } from "../support/counting-client.js";
import { Server } from "../support/server.js";

/** Cuts the first `count` connections of each client, at random places. */
function randomCuts(seed: number): () => Cut {
  const random = seeded(seed);
  return () => ({
    direction: random(2) === 0 ? "up" : "down",
    afterBytes: 200 + random(random(3) === 0 ? 400 : 12_000),
    how: "reset",
  });
}

test("whatever breaks, calls run once and in order, and events and questions come once", async () => {
  const server = await Server.run("session-server", ["2"]);
  const proxy = await CuttingProxy.before(server.port);
  proxy.nextCut = randomCuts(7);
  const until = 300;
  const isOver = () => {
    if (proxy.cutCount < until) return false;
    proxy.nextCut = () => null;
    return true;
  };
  const options = { url: proxy.url, token: server.token, reconnect: { minDelayMs: 5, maxDelayMs: 20 } };
  const runs = await Promise.all(
    [1, 2, 3, 4].map((n) => runCountingClient(`client-${n}`, n, { ...options, transports: ["websocket"] }, isOver)),
  );
  for (const { callCount } of runs) expect(callCount).toBeGreaterThan(100);
  await proxy.stop();
  await server.stop();
});
