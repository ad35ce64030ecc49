import type { ServerAddress } from "./options.js";

/** What `--announce FILE.js` writes. */
interface WsConfig {
  port: number;
  timestamp: string;
  instance: string;
}

/** Where `discover` looks. */
export interface DiscoverOptions {
  /** The script that `--announce FILE.js` keeps fresh, loaded again where what the page has is old. */
  scriptUrl?: string | undefined;
  /** What the program that shows the page knows: an address, or a port. */
  injected?: string | number | undefined;
  /** Where nothing else is known (8765). */
  defaultPort?: number | undefined;
  /** The host of whatever port is found (127.0.0.1). */
  host?: string | undefined;
}

/** A `WS_CONFIG` is renewed every 2 s; an older one may be of a server that is gone. */
const maxAgeMs = 5000;

/**
 * Where the sidecar is: what a fresh `WS_CONFIG` says, else `?port=` in the page's address, else what was injected (or
 * `SIDEWIRE_URL` and `TAURI_WS_PORT` in Node's environment), else a default. Given as `url` to `connect`, it is asked
 * again before each attempt, and so follows a sidecar that was restarted.
 */
export async function discover(options: DiscoverOptions = {}): Promise<ServerAddress> {
  const { scriptUrl, injected, defaultPort = 8765, host = "127.0.0.1" } = options;
  const atPort = (port: number | string) => `http://${host}:${port}`;
  const config = freshConfig() ?? (scriptUrl === undefined ? undefined : await loadConfig(scriptUrl));
  if (config) return { url: atPort(config.port), instance: config.instance };
  const port = typeof location === "undefined" ? null : new URLSearchParams(location.search).get("port");
  if (port && /^\d{1,5}$/.test(port)) return { url: atPort(port) };
  const known = injected ?? environment("SIDEWIRE_URL") ?? environment("TAURI_WS_PORT");
  if (known === undefined) return { url: atPort(defaultPort) };
  return { url: /^\d+$/.test(String(known)) ? atPort(known) : String(known) };
}

function freshConfig(): WsConfig | undefined {
  const config = (globalThis as { WS_CONFIG?: WsConfig }).WS_CONFIG;
  if (!config || typeof config.port !== "number") return undefined;
  return Math.abs(Date.now() - Date.parse(config.timestamp)) < maxAgeMs ? config : undefined;
}

async function loadConfig(scriptUrl: string): Promise<WsConfig | undefined> {
  if (typeof document === "undefined") return undefined;
  const script = document.createElement("script");
  const url = new URL(scriptUrl, location.href);
  url.searchParams.set("at", String(Date.now())); // past the browser's cache
  script.src = url.href;
  await new Promise((resolve) => {
    script.onload = script.onerror = resolve;
    document.head.append(script);
  });
  script.remove();
  return freshConfig();
}

function environment(name: string): string | undefined {
  return typeof process === "undefined" ? undefined : process.env?.[name];
}
