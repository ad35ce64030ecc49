import { useEffect, useState, useSyncExternalStore } from "react";
import type { EventOf, TypedClient } from "./rpc/typed.js";
import type { ConnectionState, MethodMap, SubscribeOptions, TopicMap } from "./rpc/types.js";

type Topic<T> = keyof T & string;

/** How the connection is. */
export function useConnectionState<M extends MethodMap<M>, T extends TopicMap<T>>(
  rpc: TypedClient<M, T>,
): ConnectionState {
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
export function useTopic<M extends MethodMap<M>, T extends TopicMap<T>, K extends Topic<T>>(
  rpc: TypedClient<M, T>,
  name: K,
  options: UseTopicOptions = {},
): { events: EventOf<T, K>[]; error: unknown } {
  const [latest, setLatest] = useState<{ events: EventOf<T, K>[]; error: unknown }>({ events: [], error: undefined });
  const [{ keep = 1, ...rest }] = useState(options);
  useEffect(() => {
    const events = rpc.subscribe(name, rest);
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
