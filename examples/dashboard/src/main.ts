import { connect, type BuiltInMethods, type BuiltInTopics } from "@sidewire/client";
import { discover } from "@sidewire/client/discover";
import { showDashboard } from "./dashboard";

// The server is the one of `?port=`, or on 8765; `#token=` never leaves the browser.
const token = new URLSearchParams(location.hash.slice(1)).get("token") ?? undefined;
addEventListener("hashchange", () => location.reload());
showDashboard(connect<BuiltInMethods, BuiltInTopics>({ url: () => discover(), token }));
