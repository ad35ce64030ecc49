// The console in Chromium.
import assert from 'node:assert/strict';

const timeoutMs = 60_000;
// A transport that took longer than its head start was closed for the next one; the client tries it again.
const lateTransport = /WebSocket is closed before the connection is established/;

/** A console in a tab of its own. What it wrote to the browser's console, and whom it asked, is kept. */
export class ConsoleTab {
  page;
  #context;
  #url;
  #complaints = [];
  #hosts = new Set();

  /** Opens the page without a token; `options` are those of a browser's context. */
  static async open(browser, url, {hash = '', ...options} = {}) {
    const tab = new ConsoleTab();
    tab.#url = url;
    tab.#context = await browser.newContext({viewport: {width: 1280, height: 800}, ...options});
    tab.#context.setDefaultTimeout(timeoutMs);
    const page = tab.page = await tab.#context.newPage();
    page.on('console', message => {
      if (['error', 'warning'].includes(message.type())) tab.#complaints.push(message.text());
    });
    page.on('pageerror', error => tab.#complaints.push(String(error.stack)));
    page.on('request', request => tab.#hosts.add(new URL(request.url()).host));
    await page.goto(`${url}/${hash}`);
    return tab;
  }

  /** Opens it with the launch token, and waits until it is connected. */
  static async enter(browser, {url, token}, options = {}) {
    const tab = await ConsoleTab.open(browser, url, {...options, hash: `#token=${token}`});
    await tab.isIn('open');
    return tab;
  }

  async isIn(state) { await this.#shows('state', state); }
  async isOn(transport) { await this.#shows('transport', transport); }

  /** Waits until the part of this name has this text. */
  async #shows(name, text) {
    await this.page.getByTestId(name).filter({hasText: new RegExp(`^${text}$`)}).waitFor();
  }

  /** Goes to a view, or to an item of one. */
  async view(view, item) {
    await this.page.getByRole('navigation', {name: 'Views'}).getByRole('link', {name: view}).click();
    if (item === undefined) return;
    const name = new RegExp(`^${item.replaceAll('.', '\\.')}( stream)?$`);
    await this.page.getByRole('link', {name}).click();
  }

  /** Chooses one of a group. */
  async choose(group, name) {
    await this.page.getByRole('group', {name: group}).getByRole('radio', {name}).check();
  }

  async chooseMethod(name) {
    await this.view('methods', name);
    await this.page.getByRole('heading', {name}).waitFor();
  }

  async fillJson(text) {
    await this.choose('How to fill in', 'JSON');
    await this.page.getByRole('textbox', {name: 'Parameters as JSON'}).fill(text);
  }

  call() { return this.page.getByRole('button', {name: 'Call', exact: true}).click(); }

  /** Waits until a call is in a phase: `Running`, `Answered`, `Failed` or `Cancelled`. */
  isAt(phase) { return this.page.getByTestId('phase').filter({hasText: phase}).waitFor(); }

  /** The texts of one column of so many events, the newest first. */
  async eventsAre(column, count) {
    const cells = this.page.getByRole('listbox', {name: 'Events'}).locator(column);
    await cells.nth(count - 1).waitFor();
    return cells.allInnerTexts();
  }

  /** Waits until a part's text, as a number, is at least this. */
  async counts(name, least) {
    const part = this.page.getByTestId(name);
    await part.waitFor();
    await this.page.waitForFunction(
      ([testId, wanted]) => parseFloat(
        document.querySelector(`[data-testid="${testId}"]`)?.textContent.replaceAll(',', '') ?? '') >= wanted,
      [name, least]);
  }

  /** Ends it; fails where something was wrong that is not expected. */
  async close({expected = /^$/} = {}) {
    await this.#context.close();
    const isExpected = text => expected.test(text) || lateTransport.test(text);
    assert.deepEqual(this.#complaints.filter(text => !isExpected(text)), []);
    assert.deepEqual([...this.#hosts].filter(host => host !== '' && host !== new URL(this.#url).host), []);
  }
}
