import { expect, test } from "vitest";
import { compact, parseJson, pretty } from "../src/lib/codecs.js";
import { openAtFirst, pageSize, parentOf, treeRows } from "../src/lib/tree.js";

const rowsOf = (value: unknown, open = openAtFirst(value), shown = new Map<string, number>()) =>
  treeRows(value, { open, shown });

test("pretty JSON reads back as it was, with long integers whole and bytes as base64", () => {
  const value = { a: [1, "x: {,}", null, {}, []], big: 18446744073709551615n, text: 'a "quoted" \\ line\n' };
  expect(parseJson(pretty(value))).toEqual(value);
  expect(pretty({ a: [1], b: {} })).toBe('{\n  "a": [\n    1\n  ],\n  "b": {}\n}');
  expect(compact({ bytes: Uint8Array.of(0, 1, 2) })).toBe('{"bytes":"AAEC"}');
  expect(pretty(undefined)).toBe("null");
});

test("a tree shows names, kinds and how much is in what is closed", () => {
  const rows = rowsOf({ name: "a", list: [1, 2], none: null, empty: {} }, new Set([""]));
  expect(rows.map(({ path, depth, text, isOpen }) => [path, depth, text, isOpen])).toEqual([
    ["", 0, "{ 4 }", true],
    ["/name", 1, '"a"', undefined],
    ["/list", 1, "[ 2 ]", false],
    ["/none", 1, "null", undefined],
    ["/empty", 1, "{ }", undefined],
  ]);
});

test("paths are JSON pointers, and each leads to what holds it", () => {
  const rows = rowsOf({ "a/b": { "~": 1 } });
  expect(rows.map(({ path }) => path)).toEqual(["", "/a~1b", "/a~1b/~0"]);
  expect(parentOf("/a~1b/~0")).toBe("/a~1b");
  expect(parentOf("/a~1b")).toBe("");
  expect(parentOf("/list#more")).toBe("/list");
});

test("long lists are shown a page at a time", () => {
  const list = Array.from({ length: 250 }, (_, index) => index);
  const first = rowsOf(list, new Set([""]));
  expect(first).toHaveLength(1 + pageSize + 1);
  expect(first.at(-1)).toMatchObject({ kind: "more", text: "150 more" });
  expect(rowsOf(list, new Set([""]), new Map([["", 300]]))).toHaveLength(251);
});

test("a large value opens closed below its first level", () => {
  const value = Array.from({ length: 90 }, () => ({ entries: Array.from({ length: 20 }, () => ({ a: 1 })) }));
  expect(rowsOf(value).length).toBeLessThan(300);
});

test("bytes, long text and long integers are shown for what they are", () => {
  const rows = rowsOf({ bytes: Uint8Array.of(255, 0), text: "x".repeat(3000), big: 2n ** 64n });
  expect(rows[1]).toMatchObject({ kind: "bytes", text: "2 bytes: ff 00" });
  expect(rows[2]?.text).toMatch(/… 3000 characters$/);
  expect(rows[3]).toMatchObject({ kind: "number", text: "18446744073709551616" });
});
