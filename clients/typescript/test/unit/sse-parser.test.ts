import { expect, test } from "vitest";
import { SseParser } from "../../src/transports/sse-parser.js";

const stream =
  '\uFEFF: hello\r\nid: 1\r\ndata: {"a":1}\r\n\r\ndata:two\rdata: lines\r\revent: msgpack\nid: 3\ndata: k8A=\n\nid: 4\n\n:\n\ndata\n\n';
const events = [
  { type: "message", data: '{"a":1}', id: "1" },
  { type: "message", data: "two\nlines", id: undefined },
  { type: "msgpack", data: "k8A=", id: "3" },
  { type: "message", data: "", id: undefined },
];

test("events are read with their types and ids, comments and empty ones left out", () => {
  expect(new SseParser(1000).feed(stream)).toEqual(events);
});

test("wherever the stream is cut, the same events come", () => {
  for (let size = 1; size < stream.length; ++size) {
    const parser = new SseParser(1000);
    const read = [];
    for (let at = 0; at < stream.length; at += size) read.push(...parser.feed(stream.slice(at, at + size)));
    expect(read, `in pieces of ${size}`).toEqual(events);
  }
});

test("an event comes with its empty line, not before", () => {
  const parser = new SseParser(1000);
  expect(parser.feed("data: a\n")).toEqual([]);
  expect(parser.feed("\n")).toHaveLength(1);
});

test("an event that is too long is refused, in one line or many", () => {
  expect(() => new SseParser(10).feed("data: 01234567890\n")).toThrow(RangeError);
  const parser = new SseParser(10);
  parser.feed("data: 01234\n");
  expect(() => parser.feed("data: 567890\n")).toThrow(RangeError);
  const unfinished = new SseParser(10);
  expect(() => unfinished.feed("data: 01234567")).toThrow(RangeError);
});

test("an id with a zero is none", () => {
  expect(new SseParser(100).feed("id: 1\0\ndata: a\n\n")).toEqual([{ type: "message", data: "a", id: undefined }]);
});
