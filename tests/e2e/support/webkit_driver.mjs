// An application with a WebKitGTK webview, driven by WebDriver on a display of its own, without tauri-driver: all that it
// does on Linux is to translate a name.
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync} from 'node:fs';
import net from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {watch} from './running.mjs';
import {until} from './sidecar.mjs';

const patienceMs = 120_000;

/** Ends a process that was started here. */
async function end(child) {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const {port} = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

export class WebKitDriver {
  #display;
  #driver;
  #home = mkdtempSync(join(tmpdir(), 'sidewire-webkit-'));
  #base;
  #session;
  log = '';

  /** Starts the application. `environment` is its own. */
  static async start(binary, environment = {}) {
    const started = new WebKitDriver();
    try {
      await started.#start(binary, environment);
    } catch (error) {
      await started.stop();
      throw new Error(`${error.message}\n${started.log}`);
    }
    return started;
  }

  async #start(binary, environment) {
    this.#display = watch(spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
      {stdio: ['ignore', 'ignore', 'ignore', 'pipe']}));
    let display = '';
    this.#display.stdio[3].on('data', text => { display += text; });
    await this.#runs('Xvfb', this.#display, () => display.endsWith('\n'));

    const port = await freePort();
    this.#base = `http://127.0.0.1:${port}`;
    this.#driver = watch(spawn('WebKitWebDriver', ['--host=127.0.0.1', `--port=${port}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env, ...environment, DISPLAY: `:${display.trim()}`, GDK_BACKEND: 'x11', HOME: this.#home,
        XDG_DATA_HOME: this.#home, XDG_CACHE_HOME: this.#home, XDG_RUNTIME_DIR: this.#home,
        TAURI_WEBVIEW_AUTOMATION: 'true', LIBGL_ALWAYS_SOFTWARE: '1', NO_AT_BRIDGE: '1',
      },
    }));
    for (const stream of [this.#driver.stdout, this.#driver.stderr]) stream.on('data', text => { this.log += text; });
    await this.#runs('WebKitWebDriver', this.#driver, () => fetch(`${this.#base}/status`).then(() => true, () => false));
    const capabilities = {alwaysMatch: {'webkitgtk:browserOptions': {binary, args: []}}};
    this.#session = (await this.#ask('POST', '/session', {capabilities})).sessionId;
  }

  /** Waits for a sign that a program runs; fails when it has ended. */
  async #runs(name, child, sign) {
    let problem;
    child.on('error', error => { problem = error.message; });
    child.on('exit', status => { problem ??= `status ${status}`; });
    await until(`${name} runs`, async () => {
      if (problem !== undefined) throw new Error(`${name}: ${problem}`);
      return sign();
    }, patienceMs);
  }

  async #ask(method, path, body) {
    const response = await fetch(this.#base + path, {
      method, body: body && JSON.stringify(body), headers: {'content-type': 'application/json'},
      signal: AbortSignal.timeout(patienceMs),
    });
    const {value} = await response.json();
    if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
    return value;
  }

  /** The driver's process, whose child the application is. */
  get pid() { return this.#driver.pid; }

  /** What a function body returns in the page. */
  execute(script, ...args) { return this.#ask('POST', `/session/${this.#session}/execute/sync`, {script, args}); }

  /** Waits until an expression is true in the page, which may still load; fails with what the page then shows. */
  async waitFor(expression) {
    const script = `try { return Boolean(${expression}) } catch { return false }`;
    try {
      await until(expression, () => this.execute(script), patienceMs);
    } catch (error) {
      throw new Error(`${error.message}; the page shows: ${await this.execute('return document.body.innerText')}`);
    }
  }

  /** The page as a PNG. */
  async screenshot() {
    return Buffer.from(await this.#ask('GET', `/session/${this.#session}/screenshot`), 'base64');
  }

  /** Ends all of it, the application too where it still runs. */
  async stop() {
    if (this.#session !== undefined) await this.#ask('DELETE', `/session/${this.#session}`).catch(() => {});
    await end(this.#driver);
    await end(this.#display);
    rmSync(this.#home, {recursive: true, force: true});
  }
}
