import { afterAll, beforeAll, expect, test } from "vitest";
import { connect } from "../../src/index.js";
import { createMsgpack, msgpack } from "../../src/msgpack/index.js";
import { Server } from "../support/server.js";

let server: Server;
beforeAll(async () => {
  server = await Server.serve();
});
afterAll(() => server.stop());

test("everything travels as MessagePack where asked for, bytes as they are", async () => {
  const rpc = connect({ url: server.url, token: server.token, msgpack, format: "msgpack" });
  const formats = new Set<string>();
  rpc.on("traffic", ({ data }) => formats.add(typeof data));
  const sent = { bytes: Uint8Array.of(0, 255, 7), text: "ü", n: 2 ** 40 };
  expect(await rpc.call("system.echo", sent)).toEqual(sent);
  expect(await rpc.batch([{ method: "system.echo", params: [1] }])).toEqual([{ status: "fulfilled", value: [1] }]);
  expect(formats).toEqual(new Set(["object"]));
  await rpc.close();
});

test("with JSON, one answer comes as MessagePack where its call asks for it", async () => {
  const rpc = connect({ url: server.url, token: server.token, msgpack });
  const formats: string[] = [];
  rpc.on("traffic", ({ direction, data }) => direction === "in" && formats.push(typeof data));
  await rpc.call("rpc.ping");
  await rpc.call("system.echo", { a: 1 }, { format: "msgpack" });
  expect(formats.filter((format) => format === "object")).toHaveLength(1);
  await rpc.close();
});

test("64-bit integers keep their digits", async () => {
  const codec = createMsgpack({ integers: "bigint" });
  const rpc = connect({ url: server.url, token: server.token, msgpack: codec, format: "msgpack" });
  expect(await rpc.call("system.echo", { big: 2n ** 64n - 1n })).toEqual({ big: 2n ** 64n - 1n });
  await rpc.close();
});
