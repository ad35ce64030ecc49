import { beforeEach, expect, test } from "vitest";
import { Session } from "../../src/session/session.js";
import type { Outgoing, Started } from "../../src/session/types.js";

const facts: Started = {
  session: "i.0.1",
  resumeToken: "i.0.1.secret",
  instance: "i",
  version: "1",
  resumeWindowMs: 60_000,
  resumeBufferBytes: 1000,
  heartbeatMs: 15_000,
  limits: { maxMessageBytes: 100, maxBatch: 10 },
};

let told: string[];
let session: Session;
beforeEach(() => {
  told = [];
  session = new Session({
    onRunning: (isFresh) => told.push(isFresh ? "fresh" : "resumed"),
    onLost: (reason) => told.push(`lost: ${reason}`),
    onDraining: (retryAfterMs) => told.push(`draining ${retryAfterMs}`),
    onExpiring: (inMs) => told.push(`expiring ${inMs}`),
    onRefused: (exchange, { kind }) => told.push(`refused ${exchange}: ${kind}`),
  });
});

const message = (exchange: number, sizeBytes = 10, isOfSession = false): Outgoing => ({
  data: `m${exchange}`,
  sizeBytes,
  exchange,
  isOfSession,
  mayHaveArrived: false,
});

/** Everything that is to be written, as text. */
function written(): string[] {
  const all: string[] = [];
  for (let next = session.next(); next; next = session.next()) {
    all.push("message" in next ? String(next.message.data) : `${next.method} ${JSON.stringify(next.params ?? {})}`);
  }
  return all;
}

function start(nowMs = 0): void {
  session.ask(nowMs);
  expect(session.takeControl("session.started", facts, nowMs)).toBe("ignore");
}
const resume = (params: object, nowMs = 0) => {
  session.ask(nowMs);
  return session.takeControl("session.resumed", params, nowMs);
};

test("nothing is written before the session is there, then everything in order", () => {
  session.send(message(1));
  session.send(message(2));
  expect(written()).toEqual([]);
  start();
  expect(told).toEqual(["fresh"]);
  expect(written()).toEqual(["m1", "m2"]);
});

test("after a resume what the server lacks is written again, before what is new", () => {
  start();
  for (const n of [1, 2, 3]) session.send(message(n));
  written();
  session.leave(0);
  session.send(message(4));
  expect(resume({ recovered: true, received: 1, from: 1 })).toBe("ignore");
  expect(told).toEqual(["fresh", "resumed"]);
  expect(written()).toEqual(["m2", "m3", "m4"]);
});

test("what comes again on another connection is known, and what follows is not", () => {
  start();
  expect(session.count(undefined, 1, 0)).toBe("handOn");
  expect(session.count(undefined, 1, 0)).toBe("handOn");
  resume({ recovered: true, received: 0, from: 2 });
  expect(session.count(undefined, 1, 0)).toBe("ignore");
  expect(session.count(undefined, 1, 0)).toBe("handOn");
  expect(session.received).toBe(3);
});

test("a number that leaves one out ends the connection and the session", () => {
  start();
  expect(session.count(1, 1, 0)).toBe("handOn");
  expect(session.count(1, 1, 0)).toBe("ignore");
  expect(session.count(3, 1, 0)).toBe("end");
  expect(told[1]).toMatch(/^lost/);
});

test.each([
  ["acknowledges what was never sent", { recovered: true, received: 3, from: 1 }],
  ["has less than it acknowledged", { recovered: true, received: 0, from: 1 }],
  ["goes on after what was never received", { recovered: true, received: 1, from: 2 }],
  ["says no numbers", { recovered: true }],
  ["starts without a token", { recovered: false, reason: "expired" }],
])("a server that resumes and %s is left", (_, params) => {
  start();
  session.send(message(1));
  session.send(message(2));
  written();
  session.acknowledge(1);
  expect(resume(params)).toBe("end");
});

test("it acknowledges after 32 messages, half the buffer, or a while", () => {
  start();
  for (let n = 0; n < 31; ++n) session.count(undefined, 1, 0);
  expect(written()).toEqual([]);
  session.count(undefined, 1, 0);
  expect(written()).toEqual(['session.ack {"received":32}']);
  session.count(undefined, 500, 0);
  expect(written()).toEqual(['session.ack {"received":33}']);
  session.count(undefined, 1, 1000);
  expect(session.nextTimeMs).toBe(1500);
  expect(session.onTime(1500)).toBe(true);
  expect(written()).toEqual(['session.ack {"received":34}']);
  expect(session.nextTimeMs).toBeGreaterThan(1500);
});

test("what is acknowledged is forgotten", () => {
  start();
  session.send(message(1));
  written();
  expect(session.keptBytes).toBe(10);
  expect(session.takeControl("session.ack", { received: 1 }, 0)).toBe("ignore");
  expect(session.keptBytes).toBe(0);
  expect(session.takeControl("session.ack", { received: 2 }, 0)).toBe("end");
});

test("a lost session keeps what was never written, but for what means nothing in another", () => {
  start();
  session.send(message(1));
  written();
  session.leave(0);
  session.send(message(2));
  session.send(message(3, 10, true));
  const fresh = { ...facts, resumeToken: "i.0.2.secret" };
  expect(resume({ ...fresh, recovered: false, reason: "expired" })).toBe("ignore");
  expect(told).toEqual(["fresh", "lost: expired", "fresh"]);
  expect(written()).toEqual(["m2"]);
  expect(session.count(undefined, 1, 0)).toBe("handOn");
});

test("without a connection for longer than the server keeps it, the session is lost", () => {
  start();
  session.leave(1000);
  expect(session.nextTimeMs).toBe(1000 + 60_000 + 30_000);
  session.onTime(session.nextTimeMs);
  expect(told[1]).toMatch(/^lost/);
  expect(session.facts).toBeUndefined();
});

test("attempts that fail do not make the server keep it longer", () => {
  start();
  session.leave(1000);
  session.ask(50_000);
  session.leave(60_000);
  expect(session.nextTimeMs).toBe(91_000);
});

test("two intervals of silence end the connection", () => {
  start(0);
  session.count(undefined, 1, 5000);
  session.onTime(5500);
  expect(session.nextTimeMs).toBe(35_000);
  expect(session.onTime(35_000)).toBe(false);
});

test("who slept through the silence waits one more interval for what lies unread", () => {
  start(0);
  expect(session.onTime(100_000)).toBe(true);
  expect(session.onTime(115_000)).toBe(false);
});

test("a probe asks for a sign of life that must come soon", () => {
  start(0);
  session.probe(1000);
  expect(written()).toEqual(["session.ping {}"]);
  expect(session.nextTimeMs).toBe(5000);
  session.takeControl("session.pong", undefined, 2000);
  expect(session.nextTimeMs).toBe(32_000);
});

test("a ping is answered", () => {
  start();
  session.takeControl("session.ping", undefined, 0);
  expect(written()).toEqual(["session.pong {}"]);
});

test("while the server drains calls wait, and the rest goes", () => {
  start();
  session.takeControl("session.draining", { deadlineMs: 1, retryAfterMs: 700 }, 0);
  session.send(message(1));
  session.send(message(0));
  expect(written()).toEqual(["m0"]);
  expect(told).toContain("draining 700");
  expect(session.isWritingDue).toBe(false);
});

test("a message that the server would not take is refused, and the next goes", () => {
  start();
  session.send(message(1, 101));
  session.send(message(2));
  expect(written()).toEqual(["m2"]);
  expect(told).toContain("refused 1: request_too_large");
});

test("what was never written is withdrawn, what was is not", () => {
  session.send(message(1));
  expect(session.withdraw(1)).toBe(true);
  session.send(message(2));
  start();
  expect(written()).toEqual(["m2"]);
  expect(session.withdraw(2)).toBe(false);
});

test("a group carries what fits, is numbered, and is carried again after a rewind", () => {
  start();
  session.count(undefined, 1, 0);
  for (const n of [1, 2, 3]) session.send(message(n, 10));
  const group = session.nextGroup(25);
  expect(group).toMatchObject({ first: 1, received: 1 });
  expect(group.messages.map(({ data }) => data)).toEqual(["m1", "m2"]);
  session.rewind();
  const again = session.nextGroup(100);
  expect(again.first).toBe(1);
  expect(again.messages.map(({ data }) => data)).toEqual(["m1", "m2", "m3"]);
  expect(again.fresh.map(({ data }) => data)).toEqual(["m3"]);
  session.acknowledge(3);
  expect(session.isWritingDue).toBe(false);
  expect(session.nextGroup(100).messages).toEqual([]);
});

test("a message alone goes even where it is larger than a group may be", () => {
  start();
  session.send(message(1, 90));
  session.send(message(2));
  expect(session.nextGroup(20).messages).toHaveLength(1);
});

test("messages of a connection that is left are ignored", () => {
  start();
  session.leave(0);
  expect(session.count(undefined, 1, 0)).toBe("ignore");
  expect(session.takeControl("session.ping", undefined, 0)).toBe("ignore");
});
