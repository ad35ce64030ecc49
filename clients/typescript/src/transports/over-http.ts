export { negotiate } from "./negotiate.js";
export { PollConnection } from "./poll.js";
export { SseConnection } from "./sse.js";
