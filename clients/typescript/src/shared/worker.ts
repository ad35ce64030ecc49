import { DirectClient } from "../client.js";
import type { ConnectOptions } from "../options.js";
import { Host } from "./host.js";
import type { FromTab, ToTab } from "./messages.js";
import { onTabGone } from "./tab-lock.js";

/** What of a tab's options reaches the worker: all that is plain data. */
export type WorkerOptions = Omit<ConnectOptions, "token" | "msgpack" | "json" | "WebSocket" | "fetch">;

/** The first message of a tab; what follows is `FromTab`. */
export interface TabHello {
  kind: "connect";
  id: string;
  options: WorkerOptions;
}

/**
 * Serves the tabs of a shared worker, which is a file of the application's own:
 *
 *     import { serveShared } from "@sidewire/client/shared-worker";
 *     serveShared();
 *
 * The address comes from the first tab, and a tab is asked for the token. What is given here wins over it: codecs, or
 * an `url` function that finds a server again after a restart.
 */
export function serveShared(own: Partial<ConnectOptions> = {}): void {
  let host: Host | undefined;
  const serve = (port: MessagePort) => {
    let id: string | undefined;
    port.onmessage = ({ data }: MessageEvent<TabHello | FromTab | { kind: "bye" }>) => {
      if (data.kind === "connect") {
        const tab = (id = data.id);
        host ??= new Host("worker", (askToken) => {
          return new DirectClient({ token: ({ reason }) => askToken(reason), ...data.options, ...own, timeoutMs: 0 });
        });
        host.add(tab, (message: ToTab) => port.postMessage(message));
        onTabGone(tab, () => host?.remove(tab));
      } else if (id !== undefined) {
        if (data.kind === "bye") host?.remove(id);
        else host?.take(id, data);
      }
    };
  };
  addEventListener("connect", (event) => {
    for (const port of (event as MessageEvent).ports) serve(port);
  });
}
