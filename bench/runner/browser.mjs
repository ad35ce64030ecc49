// Chromium with a page that can measure clients.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';

const executablePath = process.env.SIDEWIRE_CHROMIUM ?? '/usr/bin/chromium';
const args = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];
// A page that shares its process with no other origin has clocks of 5 µs instead of 100.
const isolated = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const document = '<!doctype html><meta charset="utf-8"><title>bench</title><script src="/page.js"></script>';

let bundled; // the same for every page

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../clients/in-page.mjs', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

export class Site {
  /** Serves the page. */
  static async open() {
    const script = await (bundled ??= bundle());
    const server = http.createServer(({ url }, response) => {
      const [type, body] = url === '/page.js' ? ['text/javascript', script] : ['text/html', document];
      response.writeHead(200, { 'Content-Type': type, ...isolated }).end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Site(server);
  }

  constructor(server) {
    this.server = server;
    this.origin = `http://127.0.0.1:${server.address().port}`;
  }

  /** What the page, in a browser of its own, measures. */
  async measure(measurement) {
    const folder = await mkdtemp(`${tmpdir()}/sidewire-bench-`);
    const context = await chromium.launchPersistentContext(folder, { executablePath, args });
    try {
      const page = await context.newPage();
      await page.goto(this.origin);
      return await page.evaluate((given) => globalThis.measureClient(given), measurement);
    } finally {
      await context.close();
      await rm(folder, { recursive: true, force: true });
    }
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }
}
