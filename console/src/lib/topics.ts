import { isObject } from "./messages.js";

/** A topic as `topic.list` tells it. */
export interface ListedTopic {
  topic: string;
  summary: string;
  events: string[];
  historyCount: number;
  retainsLast: boolean;
  delta: boolean;
  mayPublish: boolean;
}

export function topicsOf(told: unknown): ListedTopic[] {
  const topics = isObject(told) && Array.isArray(told["topics"]) ? told["topics"].filter(isObject) : [];
  return topics.map((one) => ({
    topic: String(one["topic"]),
    summary: typeof one["summary"] === "string" ? one["summary"] : "",
    events: Array.isArray(one["events"]) ? one["events"].map(String) : [],
    historyCount: Number(one["historyCount"] ?? 0),
    retainsLast: one["retainsLast"] === true,
    delta: one["delta"] === true,
    mayPublish: one["mayPublish"] === true,
  }));
}

/** An event that a topic keeps. */
export interface KeptEvent {
  offset: number;
  method: string;
  params: unknown;
}

/** A part of a topic's history. */
export interface History {
  epoch: string;
  /** Of the newest event. */
  offset: number;
  events: KeptEvent[];
}

export function historyOf(told: unknown): History {
  const { epoch, offset, publications } = isObject(told) ? told : {};
  const list = Array.isArray(publications) ? publications.filter(isObject) : [];
  return {
    epoch: String(epoch),
    offset: Number(offset),
    events: list.map((one) => ({
      offset: Number(one["offset"]),
      method: String(one["method"]),
      params: one["params"],
    })),
  };
}
