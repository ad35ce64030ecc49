import { DirectClient } from "../client.js";
import type { ConnectOptions } from "../options.js";
import { Host } from "./host.js";
import type { FromTab, ToTab } from "./messages.js";
import { onTabGone } from "./tab-lock.js";

/** What goes over the channel of all tabs: to the one that leads, to one tab, or to all of them. */
export type Posted =
  | { to: "leader"; from: string; message: FromTab | { kind: "bye" } }
  | { to: "tab"; tab: string; message: ToTab }
  | { to: "all"; message: { kind: "leads" } };

/**
 * Takes part in the election of the tab that has the connection: whoever holds the lock leads, and serves all tabs of
 * the channel, itself among them. The function returned ends that; another tab follows.
 */
export function takePart(name: string, id: string, options: ConnectOptions): () => void {
  const control = new AbortController();
  const lead = () =>
    new Promise<void>((resolve) => {
      const channel = new BroadcastChannel(name);
      const post = (message: Posted) => channel.postMessage(message);
      const host = new Host(id, () => new DirectClient({ ...options, timeoutMs: 0 }));
      channel.onmessage = ({ data }: MessageEvent<Posted>) => {
        if (data.to !== "leader") return;
        const { from: tab, message } = data;
        if (message.kind === "bye") return host.remove(tab);
        if (message.kind !== "hello") return host.take(tab, message);
        host.add(tab, (answer) => post({ to: "tab", tab, message: answer }));
        onTabGone(tab, () => host.remove(tab));
      };
      post({ to: "all", message: { kind: "leads" } });
      control.signal.addEventListener("abort", () => {
        channel.onmessage = null;
        void host.close().finally(() => {
          channel.close();
          resolve();
        });
      });
    });
  navigator.locks.request(name, { signal: control.signal }, lead).catch(() => {}); // it ended before it led
  return () => control.abort();
}
