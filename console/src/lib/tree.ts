import { isObject } from "./messages.js";

/** A line of a JSON value as a tree. */
export interface TreeRow {
  /** JSON pointer (RFC 6901) of the value; a row that shows more has one of its own. */
  path: string;
  depth: number;
  name: string | undefined;
  kind: "object" | "array" | "string" | "number" | "boolean" | "null" | "bytes" | "more";
  /** What stands for the value: itself, or how much is in it. */
  text: string;
  /** Undefined where there is nothing to open. */
  isOpen: boolean | undefined;
}

/** How many members are shown at once of what has many. */
export const pageSize = 100;
const maxTextLength = 2000;

/** What is open, and of long values how many members are shown. */
export interface TreeState {
  open: ReadonlySet<string>;
  shown: ReadonlyMap<string, number>;
}

/** The first levels are open, as long as they are short. */
export function openAtFirst(value: unknown): Set<string> {
  const open = new Set<string>();
  let left = 60;
  const visit = (path: string, item: unknown, depth: number): void => {
    const members = membersOf(item);
    if (!members || members.length === 0 || depth > 3) return;
    if (depth > 0 && members.length > left) return;
    left -= Math.min(members.length, pageSize);
    open.add(path);
    for (const [name, member] of members.slice(0, pageSize)) visit(child(path, name), member, depth + 1);
  };
  visit("", value, 0);
  return open;
}

export function treeRows(value: unknown, state: TreeState): TreeRow[] {
  const rows: TreeRow[] = [];
  const visit = (path: string, name: string | undefined, item: unknown, depth: number): void => {
    const members = membersOf(item);
    const isOpen = members && members.length > 0 ? state.open.has(path) : undefined;
    rows.push({ path, depth, name, isOpen, ...described(item, members?.length ?? 0) });
    if (!members || !isOpen) return;
    const shown = state.shown.get(path) ?? pageSize;
    for (const [key, member] of members.slice(0, shown)) visit(child(path, key), key, member, depth + 1);
    if (members.length <= shown) return;
    const text = `${members.length - shown} more`;
    rows.push({ path: `${path}#more`, depth: depth + 1, name: undefined, kind: "more", text, isOpen: undefined });
  };
  visit("", undefined, value, 0);
  return rows;
}

const child = (path: string, name: string) => `${path}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** The path of what holds this one; of a row that shows more, of what it shows more of. */
export function parentOf(path: string): string {
  return path.endsWith("#more") ? path.slice(0, -5) : path.slice(0, path.lastIndexOf("/"));
}

function membersOf(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((item: unknown, index) => [String(index), item]);
  return isObject(value) ? Object.entries(value) : undefined;
}

function described(value: unknown, length: number): Pick<TreeRow, "kind" | "text"> {
  if (value instanceof Uint8Array) return { kind: "bytes", text: bytesText(value) };
  if (Array.isArray(value)) return { kind: "array", text: length === 0 ? "[ ]" : `[ ${length} ]` };
  if (isObject(value)) return { kind: "object", text: length === 0 ? "{ }" : `{ ${length} }` };
  if (typeof value === "string") return { kind: "string", text: stringText(value) };
  if (typeof value === "number" || typeof value === "bigint") return { kind: "number", text: String(value) };
  if (typeof value === "boolean") return { kind: "boolean", text: String(value) };
  return { kind: "null", text: "null" };
}

const stringText = (value: string) =>
  value.length <= maxTextLength
    ? JSON.stringify(value)
    : `${JSON.stringify(value.slice(0, maxTextLength))}… ${value.length} characters`;

function bytesText(value: Uint8Array): string {
  const start = [...value.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${value.length} bytes: ${start}${value.length > 16 ? " …" : ""}`;
}
