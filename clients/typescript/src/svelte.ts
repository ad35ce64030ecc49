import type { Readable } from "svelte/store";
import type { UntypedClient } from "./client.js";
import type { EventOf, TopicName, TopicSource } from "./rpc/typed.js";
import type { ConnectionState, SubscribeOptions, Subscription, TopicMap } from "./rpc/types.js";

/** How the connection is, as a store. */
export function connectionState(rpc: Pick<UntypedClient, "state" | "on">): Readable<ConnectionState> {
  return {
    subscribe(run) {
      run(rpc.state);
      return rpc.on("state", run);
    },
  };
}

/** Options of `topic`. */
export interface TopicStoreOptions extends Omit<SubscribeOptions, "signal"> {
  /** How many of the latest events the store holds (1). */
  keep?: number;
}

/**
 * The latest events of a topic as a store, the newest last. Subscribed to while somebody reads it; a subscription that
 * fails goes to `onError`.
 */
export function topic<T extends TopicMap<T>, K extends TopicName<T>>(
  rpc: TopicSource<T>,
  name: K,
  options: TopicStoreOptions = {},
  onError: (error: unknown) => void = console.error,
): Readable<EventOf<T, K>[]> {
  const { keep = 1, ...rest } = options;
  return {
    subscribe(run) {
      const events = (rpc as UntypedClient).subscribe(name, rest) as unknown as Subscription<EventOf<T, K>>;
      let latest: EventOf<T, K>[] = [];
      run(latest);
      void (async () => {
        for await (const event of events) {
          latest = [...latest, event].slice(-keep);
          run(latest);
        }
      })().catch(onError);
      return () => events.unsubscribe();
    },
  };
}
