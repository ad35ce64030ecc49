import type { BuiltInMethods, BuiltInTopics, Client } from "@sidewire/client";

/** The client of a server with its built-in methods and topics. */
export type Rpc = Client<BuiltInMethods, BuiltInTopics>;

/** The element of the page with this id. */
export function element<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as Element as E;
}
