// What the compiler makes of a client's types: checked by `npm run typecheck`.
import { expectTypeOf, test } from "vitest";
import { topic } from "../../src/svelte.js";
import type { Readable } from "svelte/store";
import type { BuiltInMethods, BuiltInTopics, Client, EventOf, Stream, TopicEvent } from "../../src/index.js";

type Rpc = Client<BuiltInMethods, BuiltInTopics>;
type Tail = BuiltInMethods["logs.tail"]["result"];

test("calls have the params and results of their methods", () => {
  expectTypeOf<Rpc["logs"]["tail"]>().parameters.toExtend<[{ service: string }, unknown?]>();
  expectTypeOf<ReturnType<Rpc["logs"]["tail"]>>().toEqualTypeOf<Promise<Tail>>();
  const use = (rpc: Rpc) => {
    expectTypeOf(rpc.call("logs.tail", { service: "dpkg" })).toEqualTypeOf<Promise<Tail>>();
    expectTypeOf(rpc.call("rpc.ping")).toEqualTypeOf<Promise<null>>();
    expectTypeOf(rpc.rpc.ping()).toEqualTypeOf<Promise<null>>();
    // @ts-expect-error its params are needed
    void rpc.call("logs.tail");
    // @ts-expect-error there is no such method
    void rpc.call("logs.tale", {});
    // @ts-expect-error there is no such member
    void rpc.logs.tale;
  };
  void use;
});

test("streams have the values and the result of their methods, and are there for those that stream", () => {
  const use = (rpc: Rpc) => {
    expectTypeOf(rpc.stream("logs.follow", { service: "dpkg" })).toEqualTypeOf<
      Stream<BuiltInMethods["logs.follow"]["progress"], BuiltInMethods["logs.follow"]["result"]>
    >();
    // @ts-expect-error it does not stream
    rpc.stream("logs.tail", { service: "dpkg" });
  };
  void use;
});

test("events have the params of their method, for a name that fits a pattern too", () => {
  type Metrics = BuiltInTopics["metrics"]["metrics.update"];
  const use = async (rpc: Rpc) => {
    for await (const event of rpc.subscribe("metrics")) {
      expectTypeOf(event).toEqualTypeOf<TopicEvent<"metrics.update", Metrics>>();
    }
    for await (const event of rpc.subscribe("logs/dpkg")) {
      expectTypeOf(event.method).toEqualTypeOf<"logs.update">();
      expectTypeOf(event.params.service).toEqualTypeOf<string>();
    }
    // @ts-expect-error there is no such topic
    rpc.subscribe("log/dpkg");
  };
  void use;
});

test("a batch has the outcome of each of its calls", () => {
  const use = async (rpc: Rpc) => {
    const [tail, ping] = await rpc.batch([
      { method: "logs.tail", params: { service: "dpkg" } },
      { method: "rpc.ping" },
    ]);
    if (tail.status === "fulfilled") expectTypeOf(tail.value).toEqualTypeOf<Tail>();
    if (ping.status === "fulfilled") expectTypeOf(ping.value).toEqualTypeOf<null>();
  };
  void use;
});

test("frameworks know the topics of the client that they are given", () => {
  const use = (rpc: Rpc) => {
    expectTypeOf(topic(rpc, "logs/dpkg")).toEqualTypeOf<Readable<EventOf<BuiltInTopics, "logs/dpkg">[]>>();
    expectTypeOf(topic(rpc, "metrics")).toEqualTypeOf<Readable<EventOf<BuiltInTopics, "metrics">[]>>();
    // @ts-expect-error there is no such topic
    topic(rpc, "log/dpkg");
  };
  void use;
});

test("without types everything is there, and unknown", () => {
  const use = (
    rpc: Client<Record<string, { params: unknown; result: unknown; progress: unknown }>, Record<string, object>>,
  ) => {
    expectTypeOf(rpc.call("any.thing", { a: 1 })).toEqualTypeOf<Promise<unknown>>();
  };
  void use;
});
