import { DirectClient, type UntypedClient } from "./client.js";
import type { ConnectOptions } from "./options.js";
import type { Client } from "./rpc/typed.js";
import type { AnyMethods, AnyTopics, MethodMap, TopicMap } from "./rpc/types.js";

/**
 * Connects to a sidewire server and stays connected. It returns at once: calls wait for the connection.
 *
 *     const rpc = connect<Methods, Topics>({ url: "http://127.0.0.1:8080", token });
 *     const { entries } = await rpc.logs.tail({ service: "dpkg", lines: 20 });
 */
export function connect<M extends MethodMap<M> = AnyMethods, T extends TopicMap<T> = AnyTopics>(
  options: ConnectOptions,
): Client<M, T> {
  return withMethods<M, T>(new DirectClient(options));
}

/** The client whose every other member is a method of the server's: `rpc.logs.tail(…)` is `rpc.call("logs.tail", …)`. */
export function withMethods<M extends MethodMap<M>, T extends TopicMap<T>>(client: UntypedClient): Client<M, T> {
  const own = new Map<PropertyKey, unknown>();
  return new Proxy(client, {
    get(target, name) {
      if (typeof name === "symbol" || name === "then") return undefined; // no promise
      if (own.has(name)) return own.get(name);
      const member: unknown = Reflect.get(target, name, target);
      if (name in target && typeof member !== "function") return member;
      const method = typeof member === "function" ? (member.bind(target) as unknown) : methodNamed(target, name);
      own.set(name, method);
      return method;
    },
  }) as unknown as Client<M, T>;
}

function methodNamed(client: UntypedClient, method: string): unknown {
  const own = new Map<string, unknown>();
  const call = (...args: [unknown?, never?]) => client.call(method, ...args);
  return new Proxy(call, {
    get(_, name) {
      if (typeof name === "symbol" || name === "then") return undefined;
      if (!own.has(name)) own.set(name, methodNamed(client, `${method}.${name}`));
      return own.get(name);
    },
  });
}
