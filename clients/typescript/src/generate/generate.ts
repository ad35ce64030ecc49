import { comment, declaration, typeName, typeOf, type JsonSchema } from "./json-schema.js";

/** What of an OpenRPC document is read. */
export interface OpenRpc {
  info: { title: string; version: string };
  methods: OpenRpcMethod[];
  components?: { schemas?: Record<string, JsonSchema> };
}

interface OpenRpcMethod {
  name: string;
  summary?: string;
  description?: string;
  deprecated?: boolean;
  params?: { name: string; required?: boolean; summary?: string; schema: JsonSchema }[];
  result?: { schema: JsonSchema };
  "x-paramsSchema"?: JsonSchema;
  "x-progress"?: { schema: JsonSchema };
}

/** A topic, and what is known of its events: a schema of the whole notification, or a name alone. */
export interface TopicInput {
  name: string;
  summary?: string | undefined;
  events: (string | JsonSchema)[];
}

/** `Methods` and `Topics` of a server, as the text of a module. */
export function generate(document: OpenRpc, topics: readonly TopicInput[] = []): string {
  const { info, methods, components = {} } = document;
  const types = new Map<string, string>();
  for (const [name, schema] of Object.entries(components.schemas ?? {})) types.set(name, declaration(name, schema));
  const members = methods.map(methodMember).join("");
  const topicMembers = topics.map((topic) => topicMember(topic, types)).join("");
  return [
    `// Made by \`sidewire-client generate\` from ${info.title} ${info.version}; changes are lost when it is made again.\n`,
    ...types.values(),
    `/** The methods of ${info.title}. */\nexport interface Methods {\n${members}}\n`,
    `/** The topics of ${info.title}: of each its events and their params. */\nexport interface Topics {\n${topicMembers}}\n`,
  ].join("\n");
}

function methodMember(method: OpenRpcMethod): string {
  const { name, summary, description, deprecated } = method;
  const text = [summary, description, deprecated ? "@deprecated" : undefined].filter(Boolean).join("\n\n");
  const progress = method["x-progress"];
  const lines = [
    `    params: ${paramsOf(method)};\n`,
    `    result: ${typeOf(method.result?.schema, "    ")};\n`,
    progress ? `    progress: ${typeOf(progress.schema, "    ")};\n` : "",
  ];
  return `${comment(text, "  ")}  ${JSON.stringify(name)}: {\n${lines.join("")}  };\n`;
}

function paramsOf(method: OpenRpcMethod): string {
  const schema = method["x-paramsSchema"] ?? fromList(method.params ?? []);
  if (!schema.properties) return typeOf(schema, "    ");
  if (Object.keys(schema.properties).every((name) => name === "_meta")) return "undefined";
  return typeOf(schema, "    ") + (schema.required?.length ? "" : " | undefined");
}

function fromList(params: NonNullable<OpenRpcMethod["params"]>): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(
      params.map(({ name, summary, schema }) => [name, summary ? { description: summary, ...schema } : schema]),
    ),
    required: params.filter(({ required }) => required).map(({ name }) => name),
  };
}

function topicMember({ name, summary, events }: TopicInput, types: Map<string, string>): string {
  const members = events.map((event) => {
    if (typeof event === "string") return `    ${JSON.stringify(event)}: Record<string, unknown>;\n`;
    const { method, params } = (event.properties ?? {}) as { method: JsonSchema; params: JsonSchema };
    for (const [own, schema] of Object.entries(event.$defs ?? {})) {
      if (!types.has(own)) types.set(own, declaration(own, schema));
    }
    // A schema that tells patches from whole states has these in `else`; the client makes every event whole.
    const whole = params.else ? { ...params, ...params.else } : params;
    const type = typeName(String(method.const));
    types.set(type, declaration(type, { ...whole, ...(event.description ? { description: event.description } : {}) }));
    return `    ${JSON.stringify(method.const)}: ${type};\n`;
  });
  return `${comment(summary, "  ")}  ${JSON.stringify(name)}: {\n${members.join("")}  };\n`;
}
