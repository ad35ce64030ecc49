export { connect } from "./connect.js";
export { AbortError, RpcError, TimeoutError, TransportError } from "./errors.js";
export type { ErrorData, ErrorKind, ErrorObject, TransportReason } from "./errors.js";
export type { Methods as BuiltInMethods, Topics as BuiltInTopics } from "./built-in.js";
export type { Codec, Encoded } from "./codec.js";
export type { ConnectOptions, ReconnectOptions, ServerAddress, TokenRequest } from "./options.js";
export type { AnyMethodTree, Client, EventOf, MethodTree, TopicName, TopicSource, TypedClient } from "./rpc/typed.js";
export type * from "./rpc/types.js";
export type { WebSocketConstructor, WebSocketLike } from "./transports/connection.js";
