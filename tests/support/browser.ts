/** Starts the browser of the tests of the page. */
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/**
 * The pages of tests are opened often and live for seconds: code is run before optimizing it would pay. Without the two
 * optimizing compilers they take a seventh less processor time.
 */
const SHORT_LIVED = '--js-flags=--no-maglev --no-turbofan';

export interface BrowserOptions {
  /** Flags besides those that all tests have. */
  readonly args?: readonly string[];
  /** Variables of the browser's environment besides those of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a browser without a user interface, which asks nobody but the servers of the test. */
export function launchBrowser(
  executablePath: string,
  { args = [], env = {} }: BrowserOptions = {},
): Promise<Browser> {
  return chromium.launch({
    executablePath,
    env: { ...process.env, ...env },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-background-networking',
      SHORT_LIVED,
      ...args,
    ],
  });
}
