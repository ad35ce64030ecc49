import { expect, test } from "vitest";
import { Gate } from "../src/lib/gate.js";
import type { WebSocketConstructor, WebSocketLike } from "../src/lib/sidewire.js";

/** A network that never answers, and tells what was asked of it. */
function quietNetwork() {
  const sockets: Socket[] = [];
  const requests: { url: string; signal: AbortSignal }[] = [];
  class Socket extends EventTarget implements WebSocketLike {
    binaryType = "";
    protocol = "";
    onopen = null;
    onmessage = null;
    onclose = null;
    onerror = null;
    closedWith: number | undefined;
    constructor() {
      super();
      sockets.push(this);
    }
    send(): void {}
    close(code?: number): void {
      this.closedWith = code;
      this.dispatchEvent(new Event("close"));
    }
  }
  const fetch = (url: string, { signal }: { signal: AbortSignal }) =>
    new Promise((_, reject) => {
      requests.push({ url, signal });
      signal?.addEventListener("abort", () => reject(signal.reason as Error));
    });
  const ways = { WebSocket: Socket as unknown as WebSocketConstructor, fetch: fetch as unknown as typeof globalThis.fetch };
  return { gate: new Gate(ways), sockets, requests };
}

const rpc = "http://127.0.0.1:1/base/rpc";
const events = { headers: { Accept: "text/event-stream" } };

test("breaking closes sockets so that a session may resume, and aborts what is under way", async () => {
  const { gate, sockets, requests } = quietNetwork();
  const ends: number[] = [];
  new gate.WebSocket("ws://127.0.0.1:1/rpc", []).onclose = (({ code }: { code: number }) => ends.push(code)) as never;
  const [stream, poll, up] = [gate.fetch(rpc, events), gate.fetch(`${rpc}?poll=25`), gate.fetch(rpc, { method: "POST" })];
  gate.break();
  expect(sockets[0]?.closedWith).toBe(4000);
  expect(ends).toEqual([1006]);
  await Promise.all([stream, poll, up].map((one) => expect(one).rejects.toThrow("broken by hand")));
  expect(requests).toHaveLength(3);
  gate.break();
  expect(ends).toEqual([1006]);
});

test("kept to one transport, the others fail without a request", async () => {
  const { gate, sockets, requests } = quietNetwork();
  new gate.WebSocket("ws://127.0.0.1:1/rpc", []);
  gate.keepTo("poll");
  expect(sockets[0]?.closedWith).toBe(4000);
  const socket = new gate.WebSocket("ws://127.0.0.1:1/rpc", []);
  const code = await new Promise((resolve) => {
    socket.onclose = (({ code }: { code: number }) => resolve(code)) as never;
  });
  expect(code).toBe(1006);
  await expect(gate.fetch(rpc, events)).rejects.toThrow("shut by hand");
  void gate.fetch(`${rpc}?poll=0`).catch(() => {});
  expect([sockets.length, requests.length]).toEqual([1, 1]);
  gate.keepTo(undefined);
  new gate.WebSocket("ws://127.0.0.1:1/rpc", []);
  expect(sockets).toHaveLength(2);
});

test("the client's own signal still ends a request", async () => {
  const { gate } = quietNetwork();
  const stop = new AbortController();
  const request = gate.fetch(rpc, { ...events, signal: stop.signal });
  stop.abort(new Error("left"));
  await expect(request).rejects.toThrow("left");
});

test("what carries no session passes", () => {
  const { gate, requests } = quietNetwork();
  gate.keepTo("websocket");
  void gate.fetch("http://127.0.0.1:1/rpc/negotiate", { method: "POST" });
  void gate.fetch("http://127.0.0.1:1/healthz");
  void gate.fetch(rpc, { method: "DELETE" });
  gate.break();
  expect(requests.map(({ signal }) => signal?.aborted ?? false)).toEqual([false, false, false]);
});
