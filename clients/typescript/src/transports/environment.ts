import type { WebSocketConstructor, WebSocketLike } from "./connection.js";

interface PackageWs {
  WebSocket: new (url: string, protocols: string[], options: { perMessageDeflate: boolean }) => WebSocketLike;
}

/** The environment's WebSocket, or in Node before 22 that of the package `ws`; undefined where there is none. */
export async function webSocketHere(): Promise<WebSocketConstructor | undefined> {
  if (typeof WebSocket !== "undefined") return WebSocket as unknown as WebSocketConstructor;
  // Named by a variable, so that bundlers for browsers do not look for it.
  const name = "ws";
  try {
    const { WebSocket: OfPackage } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as PackageWs;
    // It would compress what goes to a server on the same machine.
    return class extends OfPackage {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { perMessageDeflate: false });
      }
    };
  } catch {
    return undefined;
  }
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
