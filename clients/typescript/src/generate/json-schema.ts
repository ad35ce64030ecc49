/** What of JSON Schema 2020-12 the server's documents use. */
export interface JsonSchema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema | boolean>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema | boolean;
  contentEncoding?: string;
  minimum?: number;
  maximum?: number;
  else?: JsonSchema;
  $defs?: Record<string, JsonSchema>;
}

/** `log_entry` as TypeScript has it. */
export const typeName = (name: string): string =>
  name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** A comment of one or more lines, nothing for no text. */
export function comment(text: string | undefined, indent: string): string {
  if (!text) return "";
  const lines = text.trim().replaceAll("*/", "* /").split("\n");
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return [`${indent}/**`, ...lines.map((line) => `${indent} * ${line}`.trimEnd()), `${indent} */`, ""].join("\n");
}

const memberName = (name: string) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** The type of what a schema allows. */
export function typeOf(schema: JsonSchema | boolean | undefined, indent = ""): string {
  if (schema === undefined || typeof schema === "boolean") return "unknown";
  if (schema.$ref) return typeName(schema.$ref.slice(schema.$ref.lastIndexOf("/") + 1));
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const any = schema.anyOf ?? schema.oneOf;
  if (any) return union(any.map((one) => typeOf(one, indent)));
  if (schema.allOf) return schema.allOf.map((one) => `(${typeOf(one, indent)})`).join(" & ");
  if (schema.type === undefined) return schema.properties ? objectOf(schema, indent) : "unknown";
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  return union(types.map((type) => simpleTypeOf(type, schema, indent)));
}

const union = (types: string[]): string => [...new Set(types)].join(" | ");

function simpleTypeOf(type: string, schema: JsonSchema, indent: string): string {
  switch (type) {
    case "integer":
    case "number":
      return "number";
    case "string":
      return schema.contentEncoding ? "string | Uint8Array" : "string";
    case "boolean":
    case "null":
      return type;
    case "array": {
      const items = typeOf(schema.items, indent);
      return /[ |&]/.test(items) && !items.startsWith("{") ? `(${items})[]` : `${items}[]`;
    }
    case "object":
      return objectOf(schema, indent);
  }
  return "unknown";
}

function objectOf(schema: JsonSchema, indent: string): string {
  const members = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "_meta");
  const { additionalProperties } = schema;
  if (members.length === 0) {
    if (additionalProperties === false) return "Record<string, never>";
    return `Record<string, ${typeOf(additionalProperties, indent)}>`;
  }
  const inner = `${indent}  `;
  const lines = members.map(([name, member]) => {
    const mark = schema.required?.includes(name) ? "" : "?";
    const text = typeof member === "object" ? member.description : undefined;
    return `${comment(text, inner)}${inner}${memberName(name)}${mark}: ${typeOf(member, inner)};\n`;
  });
  return `{\n${lines.join("")}${indent}}`;
}

/** A named type: an interface where it can be one. */
export function declaration(name: string, schema: JsonSchema): string {
  const type = typeOf(schema);
  const head = comment(schema.description, "");
  return type.startsWith("{\n")
    ? `${head}export interface ${typeName(name)} ${type}\n`
    : `${head}export type ${typeName(name)} = ${type};\n`;
}
