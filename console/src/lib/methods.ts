import { isObject } from "./messages.js";
import type { Schema } from "./schema.js";

/** A method as `rpc.discover` tells it. */
export interface Method {
  name: string;
  summary: string;
  description: string;
  params: Schema;
  result: Schema;
  /** What it streams; undefined where it does not. */
  progress: Schema | undefined;
  isSafe: boolean;
  isBlocking: boolean;
  errors: { code: number; message: string; kind: string }[];
  examples: { name: string; params: unknown }[];
}

/** The methods of an OpenRPC document, by name. */
export function methodsOf(document: unknown): Method[] {
  const methods = isObject(document) && Array.isArray(document["methods"]) ? document["methods"] : [];
  const components = isObject(document) && isObject(document["components"]) ? document["components"] : {};
  const errors = isObject(components["errors"]) ? components["errors"] : {};
  return methods
    .filter(isObject)
    .map((method) => ({
      name: String(method["name"]),
      summary: textOf(method["summary"]),
      description: textOf(method["description"]),
      params: schemaOf(method["x-paramsSchema"]),
      result: isObject(method["result"]) ? schemaOf(method["result"]["schema"]) : true,
      progress: isObject(method["x-progress"]) ? schemaOf(method["x-progress"]["schema"]) : undefined,
      isSafe: method["x-safe"] === true,
      isBlocking: method["x-blocking"] === true,
      errors: listOf(method["errors"]).map((error) => errorOf(error, errors)),
      examples: listOf(method["examples"]).map((example) => ({
        name: textOf(example["name"]),
        params: Object.fromEntries(listOf(example["params"]).map(({ name, value }) => [String(name), value])),
      })),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");
const schemaOf = (value: unknown): Schema => (isObject(value) ? value : true);
const listOf = (value: unknown) => (Array.isArray(value) ? value.filter(isObject) : []);

function errorOf(error: Record<string, unknown>, known: Record<string, unknown>): Method["errors"][number] {
  const name = textOf(error["$ref"]).split("/").at(-1) ?? "";
  const found = isObject(known[name]) ? known[name] : error;
  const data = isObject(found["data"]) ? found["data"] : {};
  return { code: Number(found["code"]), message: textOf(found["message"]), kind: textOf(data["kind"]) || name };
}

export const groupOf = (name: string): string => name.split(".")[0] ?? name;

/** Those whose name, summary or description has every word, by group. */
export function searched(methods: readonly Method[], text: string): { group: string; methods: Method[] }[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = methods.filter(({ name, summary, description }) => {
    const all = `${name} ${summary} ${description}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const groups = new Map<string, Method[]>();
  for (const method of fitting) {
    const group = groupOf(method.name);
    groups.set(group, [...(groups.get(group) ?? []), method]);
  }
  return [...groups].map(([group, list]) => ({ group, methods: list }));
}
