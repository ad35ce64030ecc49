import type { WebSocketConstructor } from "./connection.js";

/** The environment's WebSocket, or in Node before 22 that of the package `ws`; undefined where there is none. */
export async function webSocketHere(): Promise<WebSocketConstructor | undefined> {
  const own = globalThis.WebSocket as unknown as WebSocketConstructor | undefined;
  return own ?? (await import("./node.js")).webSocket("ws");
}

/** Calls when the page is seen again, restored, or has a network again. What it returns ends that. */
export function onWake(wake: () => void): () => void {
  if (typeof addEventListener !== "function" || typeof document === "undefined") return () => {};
  const onVisible = () => {
    if (document.visibilityState === "visible") wake();
  };
  addEventListener("online", wake);
  addEventListener("pageshow", wake);
  document.addEventListener("visibilitychange", onVisible);
  document.addEventListener("resume", wake);
  return () => {
    removeEventListener("online", wake);
    removeEventListener("pageshow", wake);
    document.removeEventListener("visibilitychange", onVisible);
    document.removeEventListener("resume", wake);
  };
}
