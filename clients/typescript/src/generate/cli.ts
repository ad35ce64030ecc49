#!/usr/bin/env node
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { generate, type OpenRpc, type TopicInput } from "./generate.js";
import type { JsonSchema } from "./json-schema.js";

const usage = `usage: sidewire-client generate URL|FILE [-o FILE] [--topic NAME=SCHEMA]…

Writes the methods and topics of a sidewire server as TypeScript types, from the server
itself or from a file with its OpenRPC document (/openrpc.json).

  -o, --output FILE      where to; otherwise standard output
  --topic NAME=SCHEMA    a topic, and a file with the JSON Schema of its event's message;
                         repeatable. Without one, events of a server's topics have any params

A server's token is read from SIDEWIRE_TOKEN, never from an argument.
`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      output: { type: "string", short: "o" },
      topic: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", short: "h" },
    },
  });
  const [command, source, ...more] = positionals;
  if (values.help) return void process.stdout.write(usage);
  if (command !== "generate" || source === undefined || more.length > 0) throw new UsageError(usage);
  const given = await Promise.all(values.topic.map(readTopic));
  const { document, topics } = /^https?:/.test(source) ? await fromServer(source) : await fromFile(source);
  const names = new Set(given.map(({ name }) => name));
  const text = generate(document, [...given, ...topics.filter(({ name }) => !names.has(name))]);
  if (values.output === undefined) process.stdout.write(text);
  else await writeFile(values.output, text);
}

class UsageError extends Error {}

interface Source {
  document: OpenRpc;
  topics: TopicInput[];
}

async function fromFile(path: string): Promise<Source> {
  return { document: JSON.parse(await readFile(path, "utf8")) as OpenRpc, topics: [] };
}

async function fromServer(url: string): Promise<Source> {
  const document = (await call(url, "rpc.discover")) as OpenRpc;
  const { topics } = (await call(url, "topic.list")) as {
    topics: { topic: string; summary?: string; events: string[] }[];
  };
  return { document, topics: topics.map(({ topic, summary, events }) => ({ name: topic, summary, events })) };
}

async function call(url: string, method: string): Promise<unknown> {
  const token = process.env["SIDEWIRE_TOKEN"];
  const response = await fetch(new URL("/rpc", url), {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method }),
  });
  const { result, error } = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function readTopic(argument: string): Promise<TopicInput> {
  const [name, path] = argument.split("=");
  if (!name || !path) throw new UsageError(`--topic ${argument}: NAME=SCHEMA is wanted\n`);
  const schema = JSON.parse(await readFile(path, "utf8")) as JsonSchema;
  return { name, events: [schema] };
}

main().catch((error: unknown) => {
  const { message } = error as Error;
  process.stderr.write(error instanceof UsageError ? message : `sidewire-client: ${message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
