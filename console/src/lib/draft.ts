import { compact, parseJson, pretty } from "./codecs.js";
import { isObject } from "./messages.js";
import type { Field, Schema, Schemas } from "./schema.js";

/** What somebody has filled in so far, which need not be valid. Forms change it in place. */
export interface Draft {
  /** False where it is left out. What is required is always in. */
  isIn: boolean;
  /** Of text, numbers, bytes and JSON as it was typed; of choices the value's JSON; of variants which it is. */
  text: string;
  /** Of objects, in the order of their members; of lists and maps, each with its name. */
  parts: { name: string; draft: Draft }[];
}

/** What is wrong, and where: a JSON pointer (RFC 6901). */
export interface Problem {
  pointer: string;
  message: string;
}

export interface DraftValue {
  value: unknown;
  problems: Problem[];
}

/** A draft with nothing filled in. */
export function emptyDraft(schemas: Schemas, field: Field, isIn: boolean): Draft {
  const draft: Draft = { isIn, text: field.kind === "variant" ? "0" : "", parts: [] };
  if (field.kind === "choice" && isIn) draft.text = compact(field.values[0]);
  if (field.kind === "boolean" && isIn) draft.text = "false";
  if (isIn) fillParts(schemas, field, draft);
  return draft;
}

/** Puts an optional part in, with what it needs. */
export function putIn(schemas: Schemas, field: Field, draft: Draft): void {
  Object.assign(draft, emptyDraft(schemas, field, true));
}

function fillParts(schemas: Schemas, field: Field, draft: Draft): void {
  if (field.kind === "object") {
    draft.parts = field.members.map(({ name, isRequired, schema }) => {
      const member = schemas.field(schema);
      return { name, draft: emptyDraft(schemas, member, isRequired || isTyped(member)) };
    });
  } else if (field.kind === "variant") {
    draft.parts = [{ name: "", draft: emptyDraft(schemas, variantOf(schemas, field, draft), true) }];
  }
}

/** What is simply typed is always in the form; left empty it is left out. */
const isTyped = ({ kind }: Field) => kind === "text" || kind === "bytes" || kind === "number" || kind === "json";

export function variantOf(schemas: Schemas, field: Field & { kind: "variant" }, { text }: Draft): Field {
  return schemas.field(field.variants[Number(text)] ?? true);
}

export function addPart(schemas: Schemas, item: Schema, draft: Draft): void {
  draft.parts.push({ name: "", draft: emptyDraft(schemas, schemas.field(item), true) });
}

// ---- from a draft to a value ----

export function readDraft(schemas: Schemas, field: Field, draft: Draft): DraftValue {
  const problems: Problem[] = [];
  const value = read(schemas, field, draft, true, "", problems);
  return { value, problems };
}

function read(
  schemas: Schemas,
  field: Field,
  draft: Draft,
  isRequired: boolean,
  pointer: string,
  problems: Problem[],
): unknown {
  if (!draft.isIn) return undefined;
  const { text } = draft;
  const fail = (message: string) => void problems.push({ pointer, message });
  switch (field.kind) {
    case "text":
      return text === "" && !isRequired ? undefined : text;
    case "bytes":
      if (text === "" && !isRequired) return undefined;
      return isBase64(text) ? text : fail("This is not base64.");
    case "number":
      return text.trim() === "" ? (isRequired ? fail("A number is needed.") : undefined) : readNumber(field, text, fail);
    case "boolean":
      return text === "" ? undefined : text === "true";
    case "choice":
      return text === "" ? undefined : parseJson(text);
    case "json":
      if (text.trim() === "") return isRequired ? fail("JSON is needed.") : undefined;
      return readJson(text, fail);
    case "object": {
      const entries = field.members.flatMap(({ name, isRequired: isNeeded, schema }) => {
        const part = draft.parts.find((one) => one.name === name);
        if (!part) return [];
        const value = read(schemas, schemas.field(schema), part.draft, isNeeded, `${pointer}/${escaped(name)}`, problems);
        return value === undefined ? [] : [[name, value] as const];
      });
      return Object.fromEntries(entries);
    }
    case "list": {
      const item = schemas.field(field.item);
      return draft.parts.map((part, index) => read(schemas, item, part.draft, true, `${pointer}/${index}`, problems));
    }
    case "map": {
      const item = schemas.field(field.item);
      return Object.fromEntries(
        draft.parts.map(({ name, draft: part }) => [
          name,
          read(schemas, item, part, true, `${pointer}/${escaped(name)}`, problems),
        ]),
      );
    }
    case "variant": {
      const [part] = draft.parts;
      return part && read(schemas, variantOf(schemas, field, draft), part.draft, isRequired, pointer, problems);
    }
  }
}

const escaped = (name: string) => name.replaceAll("~", "~0").replaceAll("/", "~1");
const isBase64 = (text: string) => /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);

function readNumber(
  { isInteger, minimum, maximum }: Field & { kind: "number" },
  text: string,
  fail: (message: string) => void,
): unknown {
  const digits = text.trim();
  const isWhole = /^-?\d+$/.test(digits);
  const value = Number(digits);
  if (isInteger && !isWhole) return fail("A whole number is needed.");
  if (!Number.isFinite(value)) return fail("This is not a number.");
  if (minimum !== undefined && value < minimum) return fail(`At least ${minimum} is needed.`);
  if (maximum !== undefined && value > maximum) return fail(`At most ${maximum} is taken.`);
  return isWhole && !Number.isSafeInteger(value) ? BigInt(digits) : value;
}

function readJson(text: string, fail: (message: string) => void): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    return fail((error as Error).message);
  }
}

// ---- from a value to a draft ----

/** The draft of a value; undefined where a form cannot hold it exactly. */
export function draftOf(schemas: Schemas, field: Field, value: unknown): Draft | undefined {
  const draft = emptyDraft(schemas, field, true);
  if (!fill(schemas, field, draft, value)) return undefined;
  const { value: back, problems } = readDraft(schemas, field, draft);
  return problems.length === 0 && same(value, back) ? draft : undefined;
}

const same = (one: unknown, other: unknown): boolean => {
  if (Array.isArray(one)) {
    return Array.isArray(other) && one.length === other.length && one.every((item, at) => same(item, other[at]));
  }
  if (!isObject(one) || !isObject(other)) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => same(one[name], other[name]));
};

function fill(schemas: Schemas, field: Field, draft: Draft, value: unknown): boolean {
  draft.isIn = true;
  const part = (item: Schema, name: string, member: unknown) => {
    const of = schemas.field(item);
    const made = emptyDraft(schemas, of, true);
    draft.parts.push({ name, draft: made });
    return fill(schemas, of, made, member);
  };
  switch (field.kind) {
    case "json":
      draft.text = pretty(value);
      return true;
    case "choice":
      draft.text = compact(value);
      return true;
    case "object":
      if (!isObject(value)) return false;
      if (draft.parts.length === 0) fillParts(schemas, field, draft);
      return field.members.every(({ name, schema }) => {
        const made = draft.parts.find((one) => one.name === name);
        return value[name] === undefined || !made || fill(schemas, schemas.field(schema), made.draft, value[name]);
      });
    case "list":
      return Array.isArray(value) && value.every((item, index) => part(field.item, String(index), item));
    case "map":
      return isObject(value) && Object.entries(value).every(([name, item]) => part(field.item, name, item));
    case "variant":
      return field.variants.some((variant, index) => {
        const made = draftOf(schemas, schemas.field(variant), value);
        if (!made) return false;
        draft.text = String(index);
        draft.parts = [{ name: "", draft: made }];
        return true;
      });
    default:
      if (typeof value === "object") return false;
      draft.text = String(value);
      return true;
  }
}
