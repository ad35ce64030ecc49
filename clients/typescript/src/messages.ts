import type { ErrorObject } from "./errors.js";

/** The id of a call: this client's are numbers, the server's may be anything that JSON-RPC allows. */
export type Id = number | string | bigint | null;

/** A JSON-RPC 2.0 request, or without an id a notification. */
export interface Request {
  jsonrpc: "2.0";
  id?: Id;
  method: string;
  params?: unknown;
}

/** A JSON-RPC 2.0 response. */
export interface Response {
  jsonrpc: "2.0";
  id: Id;
  result?: unknown;
  error?: ErrorObject;
}

/** One message, a batch included. */
export type Message = Request | Response | Message[];

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The method of a single request or notification, else undefined. */
export function methodOf(message: Message): string | undefined {
  return isObject(message) && typeof message["method"] === "string" ? message["method"] : undefined;
}

export const notification = (method: string, params?: unknown): Request =>
  params === undefined ? { jsonrpc: "2.0", method } : { jsonrpc: "2.0", method, params };
