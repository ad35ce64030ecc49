import { TransportError } from "../errors.js";
import type { Ending } from "../transports/connection.js";
import type { Connector } from "./connector.js";

/** What is known when no connection could be made. */
export interface Evidence {
  baseUrl: string;
  /** The page's origin; undefined outside of one. */
  origin: string | undefined;
  /** Whether a content security policy stopped a request to the server. */
  isBlockedByPolicy: boolean;
  /** Whether the browser lets this page reach the local network. */
  localNetwork: "granted" | "denied" | "prompt" | undefined;
  /** What the server answers to a request without CORS, and to one with it. */
  answersAtAll: boolean;
  answersToOrigin: boolean;
}

const isLoopback = (host: string) => /^(localhost|.*\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/** What a person can do about it; undefined where nothing is known. Pure. */
export function judge(evidence: Evidence): TransportError | undefined {
  const { baseUrl, origin, isBlockedByPolicy, localNetwork, answersAtAll, answersToOrigin } = evidence;
  const { host, hostname, protocol, origin: server } = new URL(baseUrl);
  if (isBlockedByPolicy) {
    return new TransportError(
      "blocked_by_csp",
      `the page's Content-Security-Policy blocks ${baseUrl}: add "${server} ${server.replace(/^http/, "ws")}" to its connect-src`,
    );
  }
  if (origin?.startsWith("https:") && protocol === "http:" && !isLoopback(hostname)) {
    return new TransportError(
      "mixed_content",
      `a page loaded over https may not reach ${baseUrl} over http: serve it over TLS (--tls-cert), or use a loopback address`,
    );
  }
  if (answersAtAll) {
    if (answersToOrigin || origin === undefined) return undefined;
    return new TransportError(
      "wrong_origin",
      `the server at ${host} does not take connections of pages from ${origin}: start it with --allow-origin ${origin}`,
    );
  }
  const isPublic = origin !== undefined && !isLoopback(new URL(origin).hostname);
  if (isPublic && (localNetwork === "denied" || localNetwork === "prompt")) {
    return new TransportError(
      "local_network_access",
      `the browser keeps ${origin} from the local network: allow "local network access" for it in the site's settings`,
    );
  }
  return new TransportError("refused", `nothing answers at ${host}: is the server running, and is it this port?`);
}

/** Looks for the evidence, and judges it. */
export async function diagnose(
  { baseUrl, fetch }: Pick<Connector, "baseUrl" | "fetch">,
  { status, code }: Ending,
): Promise<TransportError | undefined> {
  if (baseUrl === undefined) return undefined; // the address could not be found
  if (status !== undefined || (code !== undefined && code !== 1006)) return undefined; // somebody answered
  const health = `${baseUrl}/healthz`;
  const tries = (init: RequestInit) =>
    fetch(health, { cache: "no-store", signal: AbortSignal.timeout(3000), ...init }).then(
      () => true,
      () => false,
    );
  const isPage = typeof document !== "undefined";
  const blockedUrls: string[] = [];
  const onBlocked = ({ blockedURI }: SecurityPolicyViolationEvent) => blockedUrls.push(blockedURI);
  if (isPage) document.addEventListener("securitypolicyviolation", onBlocked);
  const answersToOrigin = await tries({});
  const answersAtAll = answersToOrigin || (isPage && (await tries({ mode: "no-cors" })));
  if (isPage) {
    await new Promise((resolve) => setTimeout(resolve)); // what was blocked is told in an event of its own
    document.removeEventListener("securitypolicyviolation", onBlocked);
  }
  return judge({
    baseUrl,
    origin: isPage ? location.origin : undefined,
    isBlockedByPolicy: blockedUrls.some((url) => url.startsWith(baseUrl)),
    localNetwork: isPage ? await localNetworkPermission() : undefined,
    answersAtAll,
    answersToOrigin,
  });
}

async function localNetworkPermission(): Promise<Evidence["localNetwork"]> {
  try {
    return (await navigator.permissions.query({ name: "local-network-access" as PermissionName })).state;
  } catch {
    return undefined; // a browser without such a thing
  }
}
