// What only a client needs that can't have its WebSocket; loaded when it is needed.
export { negotiate } from "../transports/negotiate.js";
export { PollConnection } from "../transports/poll.js";
export { SseConnection } from "../transports/sse.js";
export { Upgrade } from "./upgrade.js";
