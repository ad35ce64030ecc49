import { useEffect, useState, useSyncExternalStore } from "react";
import type { UntypedClient } from "./client.js";
import type { EventOf, TopicName, TopicSource } from "./rpc/typed.js";
import type { ConnectionState, SubscribeOptions, Subscription, TopicMap } from "./rpc/types.js";

/** How the connection is. */
export function useConnectionState(rpc: Pick<UntypedClient, "state" | "on">): ConnectionState {
  const subscribe = (onChange: () => void) => rpc.on("state", onChange);
  const current = () => rpc.state;
  return useSyncExternalStore(subscribe, current, current);
}

/** Options of `useTopic`. */
export interface UseTopicOptions extends Omit<SubscribeOptions, "signal"> {
  /** How many of the latest events are held (1). */
  keep?: number;
}

/**
 * The latest events of a topic, the newest last, while the component is mounted. The options are those of the first
 * render.
 */
export function useTopic<T extends TopicMap<T>, K extends TopicName<T>>(
  rpc: TopicSource<T>,
  name: K,
  options: UseTopicOptions = {},
): { events: EventOf<T, K>[]; error: unknown } {
  const [latest, setLatest] = useState<{ events: EventOf<T, K>[]; error: unknown }>({ events: [], error: undefined });
  const [{ keep = 1, ...rest }] = useState(options);
  useEffect(() => {
    const events = (rpc as UntypedClient).subscribe(name, rest) as unknown as Subscription<EventOf<T, K>>;
    setLatest({ events: [], error: undefined });
    void (async () => {
      for await (const event of events) {
        setLatest((before) => ({ ...before, events: [...before.events, event].slice(-keep) }));
      }
    })().catch((error: unknown) => setLatest((before) => ({ ...before, error })));
    return () => events.unsubscribe();
  }, [rpc, name]);
  return latest;
}
