import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type * as Package from "../../src/index.js";
import type * as Shared from "../../src/shared/index.js";
import { hasChromium, launch, Site } from "../support/browser.js";
import type * as Counting from "../support/counting-client.js";
import type * as React from "../support/react-page.js";
import { CuttingProxy } from "../support/cutting-proxy.js";
import { breakFactor, breakSeed, seeded } from "../support/seeded.js";
import { Server } from "../support/server.js";

type AnyRpc = Package.Client<Package.AnyMethods, Package.AnyTopics>;

/** What a page is given; it loads the package itself. */
interface Given {
  url: string;
  token: string;
  transports?: Package.TransportName[];
}

// What the functions within `evaluate` find in the page.
type Loaded = {
  core: typeof Package;
  shared: typeof Shared;
  counting: typeof Counting;
  react: typeof React;
  rpc: Package.Client<Package.BuiltInMethods, Package.BuiltInTopics>;
};
declare const globalThis: Loaded & { wrong: string[]; latest: number[]; isOver: boolean };

describe.runIf(hasChromium)("in Chromium", () => {
  let browser: Browser;
  let context: BrowserContext;
  let site: Site;
  let server: Server;
  beforeAll(async () => {
    [browser, site, server] = await Promise.all([launch(), Site.open(), Server.serve()]);
  });
  afterAll(async () => {
    await browser.close();
    await Promise.all([site.stop(), server.stop()]);
  });
  beforeEach(async () => {
    context = await browser.newContext();
  });
  afterEach(() => context.close());

  async function open(url = site.url()): Promise<Page> {
    const page = await context.newPage();
    await page.goto(url);
    await page.waitForFunction(() => "core" in globalThis);
    return page;
  }
  const given = (more: Partial<Given> = {}): Given => ({ url: server.url, token: server.token, ...more });

  /** The reason that a page has after a connection could not be made, once it is more than a guess. */
  function reasonIn(page: Page, options: Given): Promise<{ reason: string; message: string }> {
    return page.evaluate(
      (told) =>
        new Promise((resolve) => {
          const rpc = globalThis.core.connect({ ...told, reconnect: { minDelayMs: 5000 } });
          rpc.on("state", ({ reason, name }) => {
            if (reason && (reason.reason !== "lost" || name === "closed")) {
              resolve({ reason: reason.reason, message: reason.message });
            }
          });
        }),
      options,
    );
  }

  test.each<Package.TransportName>(["websocket", "sse", "poll"])(
    "calls, events and streams come over %s",
    async (name) => {
      const page = await open();
      const seen = await page.evaluate(
        async (told) => {
          const rpc = globalThis.core.connect<Package.BuiltInMethods, Package.BuiltInTopics>(told);
          const echoed = await rpc.system.echo({ text: "ü" });
          let size = 0;
          for await (const { params } of rpc.subscribe("metrics", { since: "first", delta: true })) {
            size = Object.keys(params.memory).length;
            break;
          }
          const { name: state, transport } = rpc.state;
          await rpc.close();
          return { echoed, size, state, transport };
        },
        given({ transports: [name] }),
      );
      expect(seen).toEqual({
        echoed: { text: "ü" },
        size: expect.any(Number) as number,
        state: "open",
        transport: name,
      });
      expect(seen.size).toBeGreaterThan(0);
    },
  );

  test("a page whose policy blocks the connection learns what to add to it", async () => {
    const { reason, message } = await reasonIn(await open(site.url("/strict")), given());
    expect(reason).toBe("blocked_by_csp");
    expect(message).toContain(server.url);
  });

  test("it learns the same where the policy blocks even the look at the server's instance", async () => {
    const page = await open(site.url("/strict"));
    const message = await page.evaluate(
      ({ url, token }) =>
        new Promise<string>((resolve) => {
          const rpc = globalThis.core.connect({ url: { url, instance: "any" }, token });
          rpc.on("state", ({ reason }) => {
            if (reason?.reason === "blocked_by_csp") resolve(reason.message);
          });
        }),
      given(),
    );
    expect(message).toContain(server.url);
  });

  test("a page of an origin that is not allowed learns the option that would allow it", async () => {
    const origin = site.url("", "elsewhere.example");
    const { reason, message } = await reasonIn(await open(`${origin}/`), given());
    expect(reason).toBe("wrong_origin");
    expect(message).toContain(`--allow-origin ${origin}`);
  });

  test("where nothing listens a page learns that", async () => {
    const { reason, message } = await reasonIn(await open(), given({ url: "http://127.0.0.1:9" }));
    expect(reason).toBe("refused");
    expect(message).toContain("127.0.0.1:9");
  });

  test("whatever breaks, calls run once and in order, over whichever transport", async () => {
    const counting = await Server.run("session-server", ["2"]);
    const proxy = await CuttingProxy.before(counting.port);
    const random = seeded(3 + breakSeed);
    proxy.nextCut = () => ({
      direction: random(2) === 0 ? "up" : "down",
      afterBytes: 2000 + random(random(3) === 0 ? 400 : 12_000),
      how: "reset",
    });
    const page = await open();
    const running = page.evaluate(
      async (told) => {
        const { runCountingClient } = globalThis.counting;
        const reconnect = { minDelayMs: 5, maxDelayMs: 20, failuresUntilOffline: Infinity };
        return runCountingClient("page", 5, { ...told, reconnect }, () => globalThis.isOver);
      },
      given({ url: proxy.url, token: counting.token }),
    );
    await expect.poll(() => proxy.cutCount, { timeout: 50_000 * breakFactor }).toBeGreaterThan(100 * breakFactor);
    proxy.nextCut = () => null;
    await page.evaluate(() => (globalThis.isOver = true));
    const { callCount, wrong } = await running;
    expect(wrong).toEqual([]);
    expect(callCount).toBeGreaterThan(100);
    await proxy.stop();
    await counting.stop();
  });

  test("a page whose network is back tries at once, however long it would have waited", async () => {
    const proxy = await CuttingProxy.before(server.port);
    const page = await open();
    await page.evaluate(
      async (told) => {
        globalThis.rpc = globalThis.core.connect({ ...told, reconnect: { minDelayMs: 1e9, maxDelayMs: 1e9 } });
        await globalThis.rpc.rpc.ping();
      },
      given({ url: proxy.url, transports: ["websocket"] }),
    );
    proxy.cutAll();
    await page.waitForFunction(() => globalThis.rpc.state.name === "reconnecting");
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await page.waitForFunction(() => globalThis.rpc.state.name === "open");
    await proxy.stop();
  });

  test("React's hooks follow the connection and a topic", async () => {
    const quick = await Server.serve(["--metrics-interval", "0.1"]);
    const page = await open();
    const errors: string[] = [];
    page.on("pageerror", ({ message }) => errors.push(message));
    await page.evaluate(
      (told) => {
        globalThis.rpc = globalThis.core.connect(told);
        const hide = globalThis.react.show(globalThis.rpc);
        Object.assign(globalThis, { hide });
      },
      given({ url: quick.url, token: quick.token }),
    );
    await page.waitForFunction(() => /^open 2 \d+,\d+ $/.test(document.body.innerText + " "));
    const [one, other] = (await page.innerText("p")).split(" ")[2]?.split(",").map(Number) ?? [];
    expect(other).toBe((one ?? 0) + 1);
    await page.evaluate(() => (globalThis as unknown as { hide(): void }).hide());
    await page.waitForFunction(() => document.body.innerText === "");
    expect(errors).toEqual([]);
    await quick.stop();
  });

  test("a tab that slept goes on where it was", async () => {
    const counting = await Server.run("session-server");
    const page = await open();
    const options = given({ url: counting.url, token: counting.token });
    await page.evaluate(async (told) => {
      const rpc = globalThis.core.connect(told);
      globalThis.latest = [];
      const ticks = rpc.subscribe("ticks/slept", { buffer: 10_000 });
      await ticks.ready;
      void (async () => {
        for await (const { params } of ticks) globalThis.latest.push((params as { n: number }).n);
      })();
    }, options);
    const devTools = await context.newCDPSession(page);
    await devTools.send("Page.setWebLifecycleState", { state: "frozen" });
    const other = await open();
    await other.evaluate(async (told) => {
      const rpc = globalThis.core.connect(told);
      for (let n = 1; n <= 100; ++n) await rpc.call("run.publish", { who: "slept", n, count: 3 });
      await rpc.close();
    }, options);
    await devTools.send("Page.setWebLifecycleState", { state: "active" });
    await page.waitForFunction(() => globalThis.latest.length >= 300);
    expect(await page.evaluate(() => globalThis.latest)).toEqual(Array.from({ length: 300 }, (_, n) => n + 1));
    await counting.stop();
  });

  describe.each(["a leading tab", "a shared worker"])("tabs that share the connection of %s", (host) => {
    /** A tab with `rpc`, whose events of `metrics` go to `latest`. */
    async function openShared(options: Given): Promise<Page> {
      const page = await open();
      await page.evaluate(
        ({ told, isWorker }) => {
          const worker = () => new SharedWorker("/worker.js", { type: "module" });
          globalThis.rpc = globalThis.shared.connectShared({ ...told, ...(isWorker ? { worker } : {}) });
        },
        { told: options, isWorker: host === "a shared worker" },
      );
      return page;
    }
    const call = (page: Page, n: number) => page.evaluate((sent) => globalThis.rpc.call("system.echo", [sent]), n);
    test("have one connection, and each its own answers and events", async () => {
      const own = await Server.serve();
      const options = given({ url: own.url, token: own.token, transports: ["websocket"] });
      const [one, other] = [await openShared(options), await openShared(options)];
      expect(await Promise.all([call(one, 1), call(other, 2)])).toEqual([[1], [2]]);
      for (const page of [one, other]) {
        const event = await page.evaluate(
          async () => (await globalThis.rpc.subscribe("metrics", { since: "first" }).next()).value,
        );
        expect(event).toMatchObject({ topic: "metrics" });
        expect(await page.evaluate(() => globalThis.rpc.state.name)).toBe("open");
      }
      const { server: counters } = await other.evaluate(() => globalThis.rpc.system.stats());
      expect(counters.connectionsTotal).toBe(1);
      const failure = await other.evaluate(() =>
        globalThis.rpc.call("logs.tail", { service: "none" }).catch((error: Package.RpcError) => ({
          isOwn: error instanceof globalThis.core.RpcError,
          kind: error.kind,
        })),
      );
      expect(failure).toMatchObject({ kind: "not_found" });
      await own.stop();
    });

    test("go on when one of them is closed, with all events", async () => {
      const counting = await Server.run("session-server");
      const options = given({ url: counting.url, token: counting.token });
      const first = await openShared(options);
      await first.evaluate(() => (globalThis.rpc as unknown as AnyRpc).call("report", { who: "shared" }));
      const second = await openShared(options);
      await second.evaluate(async () => {
        globalThis.latest = [];
        const rpc = globalThis.rpc as unknown as AnyRpc;
        const ticks = rpc.subscribe("ticks/shared", { since: "first" });
        void (async () => {
          for await (const { params } of ticks) globalThis.latest.push((params as { n: number }).n);
        })();
        for (let n = 1; n <= 10; ++n) await rpc.call("run.publish", { who: "shared", n, count: 1 });
      });
      await second.waitForFunction(() => globalThis.latest.length === 10);
      await first.close();
      await second.evaluate(async () => {
        const rpc = globalThis.rpc as unknown as AnyRpc;
        for (let n = 11; n <= 20; ++n)
          await rpc.call("run.publish", { who: "shared", n, count: 1 }, { idempotencyKey: true });
      });
      await second.waitForFunction(() => globalThis.latest.length === 20);
      expect(await second.evaluate(() => globalThis.latest)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
      await counting.stop();
    });

    test("never starve each other, though a browser makes six connections to a server", async () => {
      const pages = await Promise.all(Array.from({ length: 8 }, () => openShared(given({ transports: ["sse"] }))));
      expect(await Promise.all(pages.map(call))).toEqual(pages.map((_, n) => [n]));
    });
  });
});
