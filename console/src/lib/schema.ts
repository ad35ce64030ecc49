import { isObject, type JsonObject } from "./messages.js";

/** A JSON Schema (2020-12) as `rpc.discover` tells it, or `true` for anything. */
export type Schema = JsonObject | boolean;

/** What somebody can fill in. Undescribed or unusual schemas are JSON. */
export type Field = { description: string; schema: Schema } & (
  | { kind: "text" | "bytes" | "boolean" | "json" }
  | { kind: "number"; isInteger: boolean; minimum: number | undefined; maximum: number | undefined }
  | { kind: "choice"; values: unknown[] }
  | { kind: "object"; members: Member[] }
  | { kind: "list" | "map"; item: Schema }
  | { kind: "variant"; variants: Schema[] }
);

export interface Member {
  name: string;
  isRequired: boolean;
  schema: Schema;
}

/** Reads schemas of one document, whose references they follow. */
export class Schemas {
  readonly #document: unknown;

  constructor(document: unknown) {
    this.#document = document;
  }

  /** The schema without references and without `null`, which is what is left out. */
  resolve(schema: Schema): JsonObject {
    let described = "";
    for (let depth = 0; depth < 32 && isObject(schema); ++depth) {
      described ||= textOf(schema["description"]);
      const { $ref } = schema;
      const variants = variantsOf(schema);
      if (typeof $ref === "string") schema = this.#at($ref);
      else if (variants?.length === 1) schema = variants[0] as Schema;
      else break;
    }
    return { ...(isObject(schema) ? schema : {}), description: described };
  }

  /** Undefined references stand for anything. */
  #at(reference: string): Schema {
    let found: unknown = this.#document;
    for (const part of reference.replace(/^#\/?/, "").split("/")) {
      found = isObject(found) ? found[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined;
    }
    return isObject(found) ? found : true;
  }

  field(schema: Schema): Field {
    const resolved = this.resolve(schema);
    const facts = { description: textOf(resolved["description"]), schema: resolved };
    const variants = variantsOf(resolved);
    if (variants) return { ...facts, kind: "variant", variants };
    const values = valuesOf(resolved);
    if (values) return { ...facts, kind: "choice", values };
    const { properties, additionalProperties, items, minimum, maximum } = resolved;
    switch (typeOf(resolved)) {
      case "string":
        return { ...facts, kind: resolved["contentEncoding"] === "base64" ? "bytes" : "text" };
      case "integer":
      case "number": {
        const bounds = { minimum: numberOf(minimum), maximum: numberOf(maximum) };
        return { ...facts, kind: "number", isInteger: typeOf(resolved) === "integer", ...bounds };
      }
      case "boolean":
        return { ...facts, kind: "boolean" };
      case "array":
        return { ...facts, kind: "list", item: schemaOf(items) };
      case "object":
        if (isObject(properties)) return { ...facts, kind: "object", members: membersOf(resolved, properties) };
        if (isObject(additionalProperties)) return { ...facts, kind: "map", item: additionalProperties };
    }
    return { ...facts, kind: "json" };
  }

  /** The type as TypeScript would write it, to a depth. */
  typeText(schema: Schema, depth = 4): string {
    const variants = isObject(schema) ? (schema["anyOf"] ?? schema["oneOf"]) : undefined;
    const isNullable = isObject(schema) && Array.isArray(schema["type"]) && schema["type"].includes("null");
    if (Array.isArray(variants)) return variants.map((one) => this.typeText(schemaOf(one), depth)).join(" | ");
    return this.#fieldText(this.field(schema), depth) + (isNullable ? " | null" : "");
  }

  #fieldText(field: Field, depth: number): string {
    switch (field.kind) {
      case "text":
        return "string";
      case "number":
        return field.isInteger ? "integer" : "number";
      case "choice":
        return field.values.map((value) => JSON.stringify(value)).join(" | ");
      case "list": {
        const item = depth > 0 ? this.typeText(field.item, depth - 1) : "…";
        return item.includes(" | ") ? `(${item})[]` : `${item}[]`;
      }
      case "map":
        return depth > 0 ? `{ [name]: ${this.typeText(field.item, depth - 1)} }` : "{ … }";
      case "variant":
        return field.variants.map((one) => this.typeText(one, depth)).join(" | ");
      case "object": {
        if (depth <= 0) return "{ … }";
        if (field.members.length === 0) return "{}";
        const lines = field.members.map(
          ({ name, isRequired, schema }) => `${name}${isRequired ? "" : "?"}: ${this.typeText(schema, depth - 1)}`,
        );
        return `{\n${lines.join("\n").replace(/^/gm, "  ")}\n}`;
      }
      case "json":
        return typeOf(field.schema as JsonObject) ?? "any";
      default:
        return field.kind;
    }
  }
}

const textOf = (value: unknown) => (typeof value === "string" ? value : "");
const numberOf = (value: unknown) => (typeof value === "number" ? value : undefined);
const schemaOf = (value: unknown): Schema => (isObject(value) ? value : true);

/** Its alternatives but `null`; undefined where it has none. */
function variantsOf(schema: JsonObject): Schema[] | undefined {
  const variants = schema["anyOf"] ?? schema["oneOf"];
  if (!Array.isArray(variants)) return undefined;
  return variants.map(schemaOf).filter((one) => !(isObject(one) && one["type"] === "null"));
}

function typeOf({ type, properties }: JsonObject): string | undefined {
  if (Array.isArray(type)) {
    const types = type.filter((one) => one !== "null");
    return types.length === 1 ? String(types[0]) : undefined;
  }
  return typeof type === "string" ? type : properties === undefined ? undefined : "object";
}

function valuesOf(schema: JsonObject): unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  const { enum: values } = schema;
  return Array.isArray(values) ? values.filter((value) => value !== null) : undefined;
}

/** `_meta` belongs to the protocol, not to the method. */
function membersOf({ required }: JsonObject, properties: JsonObject): Member[] {
  const names = Array.isArray(required) ? required : [];
  return Object.entries(properties)
    .filter(([name]) => name !== "_meta")
    .map(([name, schema]) => ({ name, isRequired: names.includes(name), schema: schemaOf(schema) }));
}
