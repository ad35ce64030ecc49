import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { draftOf, emptyDraft, putIn, readDraft, addPart } from "../src/lib/draft.js";
import { methodsOf, searched } from "../src/lib/methods.js";
import { Schemas, type Schema } from "../src/lib/schema.js";

const document = JSON.parse(
  readFileSync(new URL("../../schemas/openrpc.json", import.meta.url), "utf8"),
) as Record<string, unknown>;
const schemas = new Schemas(document);
const methods = methodsOf(document);
const method = (name: string) => methods.find((one) => one.name === name)!;

const shapes = new Schemas({
  components: {
    node: {
      type: "object",
      properties: { name: { type: "string" }, next: { anyOf: [{ $ref: "#/components/node" }, { type: "null" }] } },
      required: ["name"],
    },
  },
});

function roundTrip(schema: Schema, value: unknown): unknown {
  const field = shapes.field(schema);
  const draft = draftOf(shapes, field, value);
  return draft && readDraft(shapes, field, draft);
}

test("every method of the server's own contract has a form or is JSON", () => {
  expect(methods.length).toBeGreaterThan(15);
  for (const { name, params } of methods) {
    expect(schemas.field(params).kind, name).toBe(name === "system.echo" ? "variant" : "object");
  }
});

test("every example of the contract fits its form exactly", () => {
  let count = 0;
  for (const { name, params, examples } of methods) {
    const field = schemas.field(params);
    if (field.kind !== "object") continue;
    for (const example of examples) {
      const draft = draftOf(schemas, field, example.params);
      expect(draft, `${name}: ${example.name}`).toBeDefined();
      expect(readDraft(schemas, field, draft!)).toEqual({ value: example.params, problems: [] });
      count += 1;
    }
  }
  expect(count).toBeGreaterThan(10);
});

test("the protocol's own member of params is not filled in", () => {
  const field = schemas.field(method("logs.tail").params);
  expect(field.kind === "object" && field.members.map(({ name }) => name)).toEqual(["service", "lines"]);
});

test("what is optional and empty is left out, what is required is not", () => {
  const field = schemas.field(method("logs.tail").params);
  const draft = emptyDraft(schemas, field, true);
  expect(readDraft(schemas, field, draft)).toEqual({ value: { service: "" }, problems: [] });
  const wait = schemas.field(method("system.wait").params);
  expect(readDraft(schemas, wait, emptyDraft(schemas, wait, true)).problems).toEqual([
    { pointer: "/ms", message: "A number is needed." },
  ]);
});

test("numbers keep to their bounds and keep all their digits", () => {
  const integer = { type: "integer", minimum: 0 };
  const read = (schema: Schema, text: string) => {
    const field = shapes.field(schema);
    return readDraft(shapes, field, { isIn: true, text, parts: [] });
  };
  expect(read(integer, "9007199254740993").value).toBe(9007199254740993n);
  expect(read(integer, " 7 ").value).toBe(7);
  expect(read(integer, "1.5").problems[0]?.message).toContain("whole");
  expect(read(integer, "-1").problems[0]?.message).toContain("At least 0");
  expect(read({ type: "number", maximum: 2 }, "2.5").problems[0]?.message).toContain("At most 2");
  expect(read({ type: "number" }, "1e400").problems).toHaveLength(1);
});

test("nested objects, lists, maps, choices and variants come back as they were", () => {
  const schema: Schema = {
    type: "object",
    properties: {
      list: { type: "array", items: { type: "object", properties: { a: { type: "boolean" } }, required: ["a"] } },
      map: { type: "object", additionalProperties: { type: "integer" } },
      choice: { enum: ["x", "y", null] },
      either: { anyOf: [{ type: "integer" }, { type: "array", items: { type: "string" } }] },
      bytes: { type: "string", contentEncoding: "base64" },
      any: {},
      chain: { $ref: "#/components/node" },
    },
    required: ["list"],
  };
  const value = {
    list: [{ a: true }, { a: false }],
    map: { "a/b": 1, "~": 2 },
    choice: "y",
    either: ["p", "q"],
    bytes: "AAEC",
    any: { deep: [1, null] },
    chain: { name: "1", next: { name: "2" } },
  };
  expect(roundTrip(schema, value)).toEqual({ value, problems: [] });
  expect(roundTrip(schema, { list: [] })).toEqual({ value: { list: [] }, problems: [] });
});

test("problems point to where they are, with names escaped", () => {
  const field = shapes.field({
    type: "object",
    properties: { "a/b": { type: "array", items: { type: "integer" } } },
    required: ["a/b"],
  });
  const draft = draftOf(shapes, field, { "a/b": [1, 2] })!;
  draft.parts[0]!.draft.parts[1]!.draft.text = "two";
  expect(readDraft(shapes, field, draft).problems.map(({ pointer }) => pointer)).toEqual(["/a~1b/1"]);
});

test("a form refuses params that it cannot hold exactly", () => {
  const schema: Schema = { type: "object", properties: { a: { type: "string" } }, required: [] };
  expect(roundTrip(schema, { a: "x", unknown: 1 })).toBeUndefined();
  expect(roundTrip(schema, { a: 7 })).toBeUndefined();
  expect(roundTrip(schema, { a: "" })).toBeUndefined();
  expect(roundTrip(schema, [1])).toBeUndefined();
});

test("an optional part is put in with what it needs, and recursion ends", () => {
  const field = shapes.field({ $ref: "#/components/node" });
  const draft = emptyDraft(shapes, field, true);
  const next = draft.parts.find(({ name }) => name === "next")!.draft;
  expect(readDraft(shapes, field, draft).value).toEqual({ name: "" });
  putIn(shapes, shapes.field({ $ref: "#/components/node" }), next);
  expect(readDraft(shapes, field, draft).value).toEqual({ name: "", next: { name: "" } });
});

test("items are added to a list", () => {
  const item: Schema = { type: "string" };
  const field = shapes.field({ type: "array", items: item });
  const draft = emptyDraft(shapes, field, true);
  addPart(shapes, item, draft);
  draft.parts[0]!.draft.text = "one";
  expect(readDraft(shapes, field, draft).value).toEqual(["one"]);
});

test("types are written as TypeScript would write them", () => {
  expect(schemas.typeText({ type: ["integer", "null"] })).toBe("integer | null");
  expect(schemas.typeText({ type: "array", items: { enum: ["a", "b"] } })).toBe('("a" | "b")[]');
  expect(schemas.typeText({ type: "object", properties: { a: { type: "string" } }, required: [] })).toBe(
    "{\n  a?: string\n}",
  );
  expect(schemas.typeText(true)).toBe("any");
});

test("methods are found by all words of their name and summary, in groups", () => {
  expect(searched(methods, "LAST entries").map(({ group }) => group)).toContain("logs");
  expect(searched(methods, "system.wait")).toMatchObject([{ group: "system", methods: [{ name: "system.wait" }] }]);
  expect(searched(methods, "no such thing")).toEqual([]);
});

test("streams, errors and examples of a method are read", () => {
  const follow = method("logs.follow");
  expect(follow.progress).toBeDefined();
  expect(follow.errors).toContainEqual(expect.objectContaining({ kind: "not_found", code: -32023 }));
  expect(method("rpc.ping").progress).toBeUndefined();
});
