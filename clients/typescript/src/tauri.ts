import { connect } from "./connect.js";
import type { ConnectOptions } from "./options.js";
import type { Client } from "./rpc/typed.js";
import type { AnyMethods, AnyTopics, MethodMap, TopicMap } from "./rpc/types.js";

/** What the application's command answers: the facts of the sidecar's ready line. */
export interface SidecarFacts {
  url: string;
  token: string;
  instance?: string;
}

/** What `connectTauri` needs to know. */
export interface TauriOptions extends Omit<ConnectOptions, "url" | "token"> {
  /** The command of the Rust side that answers with the facts of the ready line (`"sidecar"`). */
  command?: string | undefined;
  /** `invoke` of `@tauri-apps/api/core`; by default the one that Tauri puts into the page. */
  invoke?: (<T>(command: string) => Promise<T>) | undefined;
}

interface TauriWindow {
  __TAURI_INTERNALS__?: { invoke<T>(command: string): Promise<T> };
}

/**
 * Connects to the sidecar of a Tauri application. The Rust side is asked before each attempt, so that a sidecar that it
 * has restarted is found with its new port and token.
 */
export function connectTauri<M extends MethodMap<M> = AnyMethods, T extends TopicMap<T> = AnyTopics>(
  options: TauriOptions = {},
): Client<M, T> {
  const { command = "sidecar", invoke, ...rest } = options;
  let facts: SidecarFacts | undefined;
  return connect<M, T>({
    ...rest,
    url: async () => {
      const ask = invoke ?? (globalThis as TauriWindow).__TAURI_INTERNALS__?.invoke;
      if (!ask) throw new Error("this page does not run within Tauri");
      facts = await ask<SidecarFacts>(command).catch((cause: unknown) => {
        throw new Error(`the command ${command} failed: ${String(cause)}`, { cause }); // Tauri rejects with text
      });
      const { url, instance } = facts;
      return { url, instance };
    },
    token: () => facts?.token,
  });
}
