// Debian's Chromium.
import {chromium} from 'playwright-core';

const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** A browser with a profile of its own. */
export function launchBrowser() {
  return chromium.launch({executablePath: process.env.SIDEWIRE_CHROMIUM ?? '/usr/bin/chromium', args, timeout: 120_000});
}
