import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate, type OpenRpc } from "../../src/generate/generate.js";
import type { JsonSchema } from "../../src/generate/json-schema.js";
import { Server } from "../support/server.js";

const run = promisify(execFile);
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const schema = async (name: string) =>
  JSON.parse(await readFile(here(`../../../../schemas/${name}`), "utf8")) as JsonSchema;

let folder: string;
let server: Server;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sidewire-generate-"));
  server = await Server.serve();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

test("the checked-in types of the built-in services are what the schemas give today", async () => {
  const document = (await schema("openrpc.json")) as unknown as OpenRpc;
  const topics = [
    { name: "logs/*", events: [await schema("logs-update.schema.json")] },
    { name: "metrics", events: [await schema("metrics-update.schema.json")] },
  ];
  expect(await readFile(here("../../src/built-in.ts"), "utf8"), "run npm run generate").toBe(
    generate(document, topics),
  );
});

test("the program writes the types of a server, and of a file, and they compile", async () => {
  const options = { cwd: here("../.."), env: { ...process.env, SIDEWIRE_TOKEN: server.token } };
  const cli = join(folder, "cli.mjs");
  const bundle = [
    "src/generate/cli.ts",
    "--bundle",
    "--platform=node",
    "--format=esm",
    `--outfile=${cli}`,
    "--log-level=error",
  ];
  await run("node_modules/.bin/esbuild", bundle, options);
  const fromServer = join(folder, "server.ts");
  await run("node", [cli, "generate", server.url, "-o", fromServer], options);
  const text = await readFile(fromServer, "utf8");
  expect(text).toContain('"logs.tail": {');
  expect(text).toContain('"metrics": {\n    "metrics.update": Record<string, unknown>;');
  await writeFile(
    join(folder, "use.ts"),
    `import type { Methods, Topics } from "./server.js";
export const params: Methods["logs.tail"]["params"] = { service: "dpkg" };
export const level: NonNullable<Methods["logs.tail"]["result"]["entries"][number]["level"]> = "error";
export type Event = Topics["metrics"]["metrics.update"];
// @ts-expect-error a member that the method does not have
export const wrong: Methods["logs.tail"]["params"] = { service: "dpkg", line: 1 };
`,
  );
  await run("node_modules/.bin/tsc", ["--noEmit", "--strict", "--module", "nodenext", join(folder, "use.ts")], options);
  await expect(run("node", [cli, "generate"], options)).rejects.toMatchObject({ code: 2 });
  await expect(run("node", [cli, "generate", join(folder, "none.json")], options)).rejects.toMatchObject({ code: 1 });
});

test("schemas become the types that they describe", () => {
  const property = (of: JsonSchema) => {
    const document = { info: { title: "t", version: "1" }, methods: [], components: { schemas: { one: of } } };
    return /(?:type One = |interface One )([^]*?);?\n\n/.exec(generate(document))?.[1]?.trim();
  };
  expect(property({ type: ["integer", "null"] })).toBe("number | null");
  expect(property({ enum: ["a", 1, null] })).toBe('"a" | 1 | null');
  expect(property({ const: "a" })).toBe('"a"');
  expect(property({ anyOf: [{ $ref: "#/components/schemas/log_entry" }, { type: "null" }] })).toBe("LogEntry | null");
  expect(property({ type: "array", items: { type: ["string", "null"] } })).toBe("(string | null)[]");
  expect(property({ type: "string", contentEncoding: "base64" })).toBe("string | Uint8Array");
  expect(property({ type: "object", additionalProperties: { type: "number" } })).toBe("Record<string, number>");
  expect(property({ type: "object" })).toBe("Record<string, unknown>");
  expect(property({})).toBe("unknown");
  expect(
    property({
      type: "object",
      required: ["a"],
      properties: { a: { type: "string", description: "A */ b" }, "b-c": {} },
    }),
  ).toBe('{\n  /** A * / b */\n  a: string;\n  "b-c"?: unknown;\n}');
});

test("methods without a schema of their params get it from the list of them", () => {
  const method = {
    name: "a.b",
    summary: "Does it.",
    deprecated: true,
    params: [{ name: "x", required: true, summary: "How much.", schema: { type: "number" } }],
    result: { schema: { type: "string" } },
  };
  const text = generate({ info: { title: "t", version: "1" }, methods: [method] });
  expect(text).toContain(
    `  /**
   * Does it.
   *
   * @deprecated
   */
  "a.b": {
    params: {
      /** How much. */
      x: number;
    };
    result: string;
  };`,
  );
});
