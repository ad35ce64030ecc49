/** The views, in the order in which they are offered. */
export const viewNames = ["methods", "topics", "traffic", "health", "sessions"] as const;
export type ViewName = (typeof viewNames)[number];

/** Where in the page somebody is: `#/methods/logs.tail` is the view `methods` with the item `logs.tail`. */
export interface Route {
  view: ViewName;
  item: string | undefined;
}

export function routeOf(hash: string): Route {
  const [, view = "", ...rest] = hash.replace(/^#/, "").split("/");
  const name = viewNames.find((known) => known === view) ?? "methods";
  const item = rest.join("/");
  return { view: name, item: item === "" ? undefined : decode(item) };
}

export const hrefOf = (view: ViewName, item?: string): string =>
  item === undefined ? `#/${view}` : `#/${view}/${encodeURIComponent(item)}`;

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
