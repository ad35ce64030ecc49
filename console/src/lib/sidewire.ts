// The client, from its sources, so that the page is built without building the package first.
export { connect, RpcError, TransportError } from "../../../clients/typescript/src/index.js";
export type {
  AnyMethods,
  AnyTopics,
  Client,
  Codec,
  ConnectionState,
  ErrorObject,
  Subscribed,
  SubscribeOptions,
  TopicEvent,
  TopicPosition,
  Traffic,
  TransportName,
  WebSocketConstructor,
  WebSocketLike,
} from "../../../clients/typescript/src/index.js";
export { fromBase64, toBase64 } from "../../../clients/typescript/src/base64.js";
export { bigintJson } from "../../../clients/typescript/src/bigint.js";
export { createMsgpack } from "../../../clients/typescript/src/msgpack/index.js";
export { fitsPattern, isPattern } from "../../../clients/typescript/src/topic-pattern.js";
export { SseParser } from "../../../clients/typescript/src/transports/sse-parser.js";
