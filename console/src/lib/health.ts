import { difference, percentile, type Bucket } from "./histogram.js";
import { parsePrometheus, type Sample } from "./prometheus.js";

/** A reading of the server's counters. */
export interface Reading {
  atMs: number;
  callCount: number;
  failedCount: number;
  durations: Bucket[];
  connections: number;
  attachedSessions: number;
  detachedSessions: number;
  publishedCount: number;
  deliveredCount: number;
  droppedCount: number;
  resumedCount: number;
  /** By transport. */
  receivedBytes: Record<string, number>;
  sentBytes: Record<string, number>;
  methods: MethodFigures[];
}

/** What is known of a method's calls since the server's start. */
export interface MethodFigures {
  method: string;
  callCount: number;
  failedCount: number;
  p50: number | undefined;
  p99: number | undefined;
}

/** What happened between two readings, by the second. */
export interface HealthPoint {
  atMs: number;
  callsPerSecond: number;
  failedPerSecond: number;
  p50Ms: number | undefined;
  p90Ms: number | undefined;
  p99Ms: number | undefined;
  deliveredPerSecond: number;
  droppedPerSecond: number;
  receivedPerSecond: Record<string, number>;
  sentPerSecond: Record<string, number>;
  connections: number;
  attachedSessions: number;
  detachedSessions: number;
}

const sum = (samples: readonly Sample[]) => samples.reduce((total, { value }) => total + value, 0);
const isFailed = ({ labels }: Sample) => labels["outcome"] !== "ok";

/** Reads the text of `/metrics`. */
export function readMetrics(text: string, atMs: number): Reading {
  const all = parsePrometheus(text);
  const of = (name: string) => all.get(`sidewire_${name}`) ?? [];
  const where = (name: string, label: string, value: string) =>
    sum(of(name).filter(({ labels }) => labels[label] === value));
  const byTransport = (name: string) =>
    Object.fromEntries(of(name).map(({ labels, value }) => [labels["transport"] ?? "", value]));
  const calls = of("calls_total");
  const durations = of("call_duration_seconds_bucket");
  return {
    atMs,
    callCount: sum(calls),
    failedCount: sum(calls.filter(isFailed)),
    durations: bucketsOf(durations),
    connections: sum(of("connections")),
    attachedSessions: where("sessions", "state", "attached"),
    detachedSessions: where("sessions", "state", "detached"),
    publishedCount: sum(of("publications_total")),
    deliveredCount: sum(of("publications_delivered_total")),
    droppedCount: sum(of("publications_dropped_total")),
    resumedCount: where("session_resumes_total", "outcome", "recovered"),
    receivedBytes: byTransport("received_bytes_total"),
    sentBytes: byTransport("sent_bytes_total"),
    methods: methodsOf(calls, durations),
  };
}

function bucketsOf(samples: readonly Sample[]): Bucket[] {
  const counts = new Map<number, number>();
  for (const { labels, value } of samples) {
    const bound = labels["le"] === "+Inf" ? Infinity : Number(labels["le"]);
    counts.set(bound, (counts.get(bound) ?? 0) + value);
  }
  return [...counts].sort(([a], [b]) => a - b).map(([bound, count]) => ({ bound, count }));
}

function methodsOf(calls: readonly Sample[], durations: readonly Sample[]): MethodFigures[] {
  const names = new Set(calls.map(({ labels }) => labels["method"] ?? ""));
  return [...names]
    .map((method) => {
      const own = ({ labels }: Sample) => labels["method"] === method;
      const ofMethod = calls.filter(own);
      const buckets = bucketsOf(durations.filter(own));
      return {
        method,
        callCount: sum(ofMethod),
        failedCount: sum(ofMethod.filter(isFailed)),
        p50: percentile(buckets, 0.5),
        p99: percentile(buckets, 0.99),
      };
    })
    .filter(({ callCount }) => callCount > 0)
    .sort((a, b) => b.callCount - a.callCount);
}

/** Undefined where the server was started again between them. */
export function pointBetween(before: Reading, after: Reading): HealthPoint | undefined {
  const seconds = (after.atMs - before.atMs) / 1000;
  if (seconds <= 0 || after.callCount < before.callCount || after.publishedCount < before.publishedCount) {
    return undefined;
  }
  const rate = (count: number, earlier: number) => (count - earlier) / seconds;
  const rates = (now: Record<string, number>, then: Record<string, number>) =>
    Object.fromEntries(Object.entries(now).map(([name, value]) => [name, rate(value, then[name] ?? 0)]));
  const durations = difference(after.durations, before.durations);
  const ms = (share: number) => {
    const found = percentile(durations, share);
    return found === undefined ? undefined : found * 1000;
  };
  return {
    atMs: after.atMs,
    callsPerSecond: rate(after.callCount, before.callCount),
    failedPerSecond: rate(after.failedCount, before.failedCount),
    p50Ms: ms(0.5),
    p90Ms: ms(0.9),
    p99Ms: ms(0.99),
    deliveredPerSecond: rate(after.deliveredCount, before.deliveredCount),
    droppedPerSecond: rate(after.droppedCount, before.droppedCount),
    receivedPerSecond: rates(after.receivedBytes, before.receivedBytes),
    sentPerSecond: rates(after.sentBytes, before.sentBytes),
    connections: after.connections,
    attachedSessions: after.attachedSessions,
    detachedSessions: after.detachedSessions,
  };
}
