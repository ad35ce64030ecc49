// Runs in Node and in a page. A client whose calls, answers, events and questions are counted on both sides, so that breaks can be held against it.
import { connect, type ConnectOptions } from "../../src/index.js";
import { seeded } from "./seeded.js";

interface Report {
  ranCount: number;
  outOfOrderCount: number;
  toldCount: number;
  publishedCount: number;
}

/** Methods of the program `session-server`. */
interface Methods {
  "run.now": { params: { who: string; n: number }; result: number };
  "run.later": { params: { who: string; n: number; ms: number }; result: number };
  "run.tell": { params: { who: string; n: number; count: number }; result: number };
  "run.publish": { params: { who: string; n: number; count: number }; result: number };
  "run.ask": { params: { who: string; n: number }; result: number };
  report: { params: { who: string }; result: Report };
}
interface Topics {
  "ticks/*": { tick: { n: number } };
}

export interface Outcome {
  callCount: number;
  transports: string[];
  /** What did not happen exactly once and in order. */
  wrong: string[];
}

/** Calls until `isOver`, with up to 8 calls at a time; then compares what happened on both sides. */
export async function runCountingClient(
  who: string,
  seed: number,
  options: ConnectOptions,
  isOver: () => boolean,
): Promise<Outcome> {
  const random = seeded(seed);
  const rpc = connect<Methods, Topics>(options);
  const transports = new Set<string>();
  rpc.on("state", ({ transport }) => transport && transports.add(transport));
  const wrong: string[] = [];
  rpc.on("lost", ({ reason }) => wrong.push(`lost: ${reason}`));

  let toldCount = 0;
  const asked = new Set<number>();
  rpc.handle<{ n: number }>("told", ({ n }) => {
    if (n !== ++toldCount) wrong.push(`told ${n} instead of ${toldCount}`);
  });
  rpc.handle<{ n: number }>("asked", ({ n }) => {
    if (asked.has(n)) wrong.push(`asked ${n} twice`);
    asked.add(n);
    return n;
  });

  let tickCount = 0;
  const ticks = rpc.subscribe(`ticks/${who}`, { buffer: 10_000 });
  const listening = (async () => {
    for await (const { params, missed, offset } of ticks) {
      if (params.n !== ++tickCount || offset !== tickCount || missed !== 0) {
        wrong.push(`tick ${params.n} at ${offset}, ${missed} missed, instead of ${tickCount}`);
      }
    }
  })();

  let callCount = 0;
  const caller = async () => {
    while (!isOver()) {
      const n = ++callCount;
      const what = random(10);
      const own = { who, n };
      const count = random(4);
      const answer =
        what < 5
          ? await rpc.run.now(own)
          : what < 7
            ? await rpc.run.later({ ...own, ms: random(5) })
            : what < 8
              ? await rpc.run.ask(own)
              : await rpc.call(what < 9 ? "run.tell" : "run.publish", { ...own, count });
      if (answer !== n) wrong.push(`${answer} answers ${n}`);
      if (random(4) === 0) await new Promise((resolve) => setTimeout(resolve, random(4)));
    }
  };
  await Promise.all(Array.from({ length: 8 }, caller));

  const report = await rpc.report({ who });
  for (let tries = 0; tickCount < report.publishedCount && tries < 500; ++tries) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  ticks.unsubscribe();
  await listening;
  await rpc.close();
  const seen: Report = { ranCount: callCount, outOfOrderCount: 0, toldCount, publishedCount: tickCount };
  for (const name of Object.keys(seen) as (keyof Report)[]) {
    if (report[name] !== seen[name]) wrong.push(`${name} is ${report[name]} there and ${seen[name]} here`);
  }
  return { callCount, transports: [...transports], wrong };
}
