import { expect, test } from "vitest";
import { linePath, roundTop } from "../src/lib/chart.js";
import { pointBetween, readMetrics } from "../src/lib/health.js";
import { difference, percentile } from "../src/lib/histogram.js";
import { parsePrometheus } from "../src/lib/prometheus.js";

test("samples are read with their labels, escapes and special values", () => {
  const samples = parsePrometheus(
    [
      "# HELP a_total Things.",
      "# TYPE a_total counter",
      'a_total{method="x\\"y\\\\z",outcome="a,b}"} 3',
      "a_total 4 1700000000000",
      'b_bucket{le="+Inf"} +Inf',
      "",
      "not a line at all {",
    ].join("\n"),
  );
  expect(samples.get("a_total")).toEqual([
    { labels: { method: 'x"y\\z', outcome: "a,b}" }, value: 3 },
    { labels: {}, value: 4 },
  ]);
  expect(samples.get("b_bucket")?.[0]?.value).toBe(Infinity);
  expect([...samples.keys()]).toEqual(["a_total", "b_bucket"]);
});

test("a percentile lies within its bucket, in proportion", () => {
  const buckets = [
    { bound: 1, count: 50 },
    { bound: 2, count: 90 },
    { bound: Infinity, count: 100 },
  ];
  expect(percentile(buckets, 0.5)).toBe(1);
  expect(percentile(buckets, 0.7)).toBeCloseTo(1.5);
  expect(percentile(buckets, 0.99)).toBe(2);
  expect(percentile([], 0.5)).toBeUndefined();
  expect(percentile([{ bound: Infinity, count: 0 }], 0.5)).toBeUndefined();
});

test("what was added between two readings is what a rate is made of", () => {
  const before = [{ bound: 1, count: 2 }];
  const after = [
    { bound: 1, count: 5 },
    { bound: 2, count: 7 },
  ];
  expect(difference(after, before)).toEqual([
    { bound: 1, count: 3 },
    { bound: 2, count: 7 },
  ]);
});

const text = (calls: number, failed: number, fast: number) => `
sidewire_connections 3
sidewire_sessions{state="attached"} 2
sidewire_sessions{state="detached"} 1
sidewire_calls_total{method="a",outcome="ok"} ${calls}
sidewire_calls_total{method="a",outcome="not_found"} ${failed}
sidewire_calls_total{method="b",outcome="ok"} 0
sidewire_call_duration_seconds_bucket{method="a",le="0.001"} ${fast}
sidewire_call_duration_seconds_bucket{method="a",le="+Inf"} ${calls + failed}
sidewire_publications_total 10
sidewire_publications_delivered_total 20
sidewire_publications_dropped_total 4
sidewire_received_bytes_total{transport="http"} ${calls * 100}
sidewire_sent_bytes_total{transport="http"} 0
`;

test("two readings make rates and latencies", () => {
  const before = readMetrics(text(10, 0, 10), 1000);
  const after = readMetrics(text(30, 4, 34), 3000);
  expect(after).toMatchObject({ callCount: 34, failedCount: 4, connections: 3, attachedSessions: 2 });
  expect(after.methods).toEqual([expect.objectContaining({ method: "a", callCount: 34, failedCount: 4 })]);
  const point = pointBetween(before, after);
  expect(point).toMatchObject({ callsPerSecond: 12, failedPerSecond: 2, droppedPerSecond: 0, detachedSessions: 1 });
  expect(point?.p50Ms).toBeCloseTo(0.5);
  expect(point?.receivedPerSecond).toEqual({ http: 1000 });
});

test("counters that began anew make no point", () => {
  expect(pointBetween(readMetrics(text(10, 0, 1), 1), readMetrics(text(2, 0, 1), 2))).toBeUndefined();
});

test("a chart ends at a round number, and its line has gaps where nothing is known", () => {
  expect(roundTop(3.2)).toBe(5);
  expect(roundTop(10)).toBe(10);
  expect(roundTop(0)).toBe(1);
  expect(roundTop(13 << 20, true)).toBe(16 << 20);
  const plane = { width: 100, height: 10, top: 10, capacity: 3 };
  expect(linePath([0, 10, undefined], plane)).toBe("M0.0 10.0L50.0 0.0");
  expect(linePath([5], plane)).toBe("M100.0 5.0h0.1");
  expect(linePath([undefined, 5, undefined], plane)).toBe("M50.0 5.0h0.1");
});
