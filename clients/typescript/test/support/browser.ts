// Chromium, and a page of the test's own that has the built package.
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const chromiumPath = process.env["SIDEWIRE_CHROMIUM"] ?? "/usr/bin/chromium";
export const hasChromium = existsSync(chromiumPath);

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--host-resolver-rules=MAP elsewhere.example 127.0.0.1",
    ],
  });
}

const worker = `import { serveShared } from "/dist/shared-worker.js"; serveShared();`;
const page = `<!doctype html><meta charset="utf-8"><title>test</title><script type="module">
import * as core from "/dist/index.js";
import * as shared from "/dist/shared.js";
import * as counting from "/counting-client.js";
import * as react from "/react-page.js";
Object.assign(globalThis, { core, shared, counting, react });
</script>`;

/** Serves a page with the built package on `/`, and with a strict policy on `/strict`. */
export class Site {
  readonly #server: http.Server;
  readonly #scripts = new Map<string, string>();

  private constructor() {
    this.#server = http.createServer((request, response) => void this.#answer(request.url ?? "/", response));
  }

  static async open(): Promise<Site> {
    const site = new Site();
    const { outputFiles } = await build({
      entryPoints: [here("counting-client.ts"), here("react-page.tsx")],
      outdir: "/",
      bundle: true,
      format: "esm",
      jsx: "automatic",
      write: false,
      logLevel: "error",
    });
    for (const { path, text } of outputFiles) site.#scripts.set(path, text);
    site.#server.listen(0, "127.0.0.1");
    await once(site.#server, "listening");
    return site;
  }

  url(path = "/", host = "127.0.0.1"): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  async #answer(path: string, response: http.ServerResponse): Promise<void> {
    const script = (text: string | Buffer) => response.writeHead(200, { "Content-Type": "text/javascript" }).end(text);
    if (/^\/dist\/[\w.-]+\.js$/.test(path)) return void script(await readFile(here(`../..${path}`)));
    const bundled = this.#scripts.get(path);
    if (bundled !== undefined) return void script(bundled);
    if (path === "/worker.js") return void script(worker);
    const policy = path === "/strict" ? { "Content-Security-Policy": "connect-src 'self'" } : {};
    response.writeHead(path.length > 10 ? 404 : 200, { "Content-Type": "text/html", ...policy }).end(page);
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
