import { expect, test } from "vitest";
import { createMsgpack, msgpack } from "../../src/msgpack/index.js";

const again = (value: unknown) => msgpack.decode(msgpack.encode(value));
const bytes = (...values: number[]) => Uint8Array.from(values);

test("every value of JSON comes back, at each size of its encoding", () => {
  const lengths = [0, 1, 15, 16, 31, 32, 63, 64, 255, 256, 65535, 65536];
  const values = [
    null,
    true,
    false,
    ...[0, 127, 128, 255, 256, 65535, 65536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER],
    ...[-1, -32, -33, -128, -129, -32768, -32769, -(2 ** 31), -(2 ** 31) - 1, Number.MIN_SAFE_INTEGER],
    ...[0.5, -0.1, 1e300, 5e-324],
    ...lengths.map((length) => "x".repeat(length)),
    "ü€😀",
    "a name of more than twenty-four characters, ü",
    ...lengths.map((length) => Array.from({ length }, (_, index) => index % 7)),
    ...[0, 15, 16, 65536].map((length) =>
      Object.fromEntries(Array.from({ length }, (_, index) => [`k${index}`, index])),
    ),
    { a: [{ b: {} }], "": null },
  ];
  for (const value of values) expect(again(value)).toEqual(value);
  expect(Object.is(again(-0), -0)).toBe(true);
});

test("a text keeps the byte order mark that it begins with, whatever its length", () => {
  for (const length of [0, 10, 30, 300]) {
    const text = `\ufeff${"x".repeat(length)}`;
    expect(again(text)).toBe(text);
  }
});

test("a short text ends in ASCII or not, and what follows it is whole", () => {
  expect(again(["x".repeat(20) + "ü", 1, { ü: "x" }])).toEqual(["x".repeat(20) + "ü", 1, { ü: "x" }]);
});

test("integers have their shortest encoding", () => {
  expect(msgpack.encode(5)).toEqual(bytes(5));
  expect(msgpack.encode(-5)).toEqual(bytes(0xfb));
  expect(msgpack.encode(200)).toEqual(bytes(0xcc, 200));
  expect(msgpack.encode(-200)).toEqual(bytes(0xd1, 0xff, 0x38));
});

test("bytes stay bytes, and are a copy", () => {
  for (const length of [0, 255, 256, 65536]) {
    const sent = Uint8Array.from({ length }, (_, index) => index);
    expect(again({ sent })).toEqual({ sent });
  }
  const message = msgpack.encode(bytes(1, 2)) as Uint8Array;
  const read = msgpack.decode(message) as Uint8Array;
  message.fill(0);
  expect(read).toEqual(bytes(1, 2));
});

test("64-bit integers are bigint where asked for", () => {
  const codec = createMsgpack({ integers: "bigint" });
  for (const value of [2n ** 63n, 2n ** 64n - 1n, -(2n ** 63n)]) expect(codec.decode(codec.encode(value))).toBe(value);
  expect(codec.decode(codec.encode(7n))).toBe(7);
  expect(msgpack.decode(msgpack.encode(2n ** 63n))).toBe(2 ** 63);
  expect(() => msgpack.encode(2n ** 64n)).toThrow(RangeError);
});

test("what JSON leaves out or makes null, MessagePack does too", () => {
  const date = new Date(0);
  const value = { a: undefined, b: () => 1, c: NaN, d: Infinity, e: [undefined], f: date };
  expect(again(value)).toEqual(JSON.parse(JSON.stringify(value)));
});

test("a name like __proto__ is a member like others", () => {
  const read = again(JSON.parse('{"__proto__": {"polluted": true}}')) as object;
  expect(Object.keys(read)).toEqual(["__proto__"]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test("what is cut, goes on, has extensions, deep nesting or names that are no strings is refused", () => {
  const whole = msgpack.encode({ a: [1, "text", 2.5, bytes(1)] }) as Uint8Array;
  for (let length = 0; length < whole.length; ++length) {
    expect(() => msgpack.decode(whole.slice(0, length))).toThrow();
  }
  expect(() => msgpack.decode(bytes(1, 2))).toThrow("more than one");
  expect(() => msgpack.decode(bytes(0xd4, 1, 2))).toThrow("0xd4");
  expect(() => msgpack.decode(bytes(0x81, 1, 1))).toThrow("no string");
  expect(() => msgpack.decode(bytes(0xa1, 0xff))).toThrow();
  expect(() => msgpack.decode(bytes(0xdd, 0xff, 0xff, 0xff, 0xff))).toThrow("too early");
  expect(() => msgpack.decode(new Uint8Array(1000).fill(0x91))).toThrow("deeply");
  const circle: unknown[] = [];
  circle.push(circle);
  expect(() => msgpack.encode(circle)).toThrow("circle");
});
