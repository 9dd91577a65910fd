import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core';
import { messageOf } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { FULL_RUN } from './full-run.ts';
import { HUNG_AFTER_MS } from './hung-after.ts';

/** Debian's, and what else it is called. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const found = (): string | undefined => PLACES.find((path) => existsSync(path));

/** Why there are no tests in a browser; undefined if there are. */
export const missingChromium = (): string | undefined =>
  found() === undefined ? 'there is no chromium; as root, "apt-get install chromium" installs it' : undefined;

/** Installs chromium for a full run if it is missing and this is root; if that fails, the tests are skipped, and say so. */
export function installChromium(): void {
  if (!FULL_RUN || found() !== undefined || process.getuid?.() !== 0) return;
  try {
    execFileSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      stdio: 'ignore',
      timeout: HUNG_AFTER_MS,
    });
  } catch (error) {
    console.warn(`chromium could not be installed: ${messageOf(error)}`);
  }
}

/** A browser without a window. Its sandbox needs rights that containers do not give; it opens our own pages only. */
export function openChromium(): Promise<Browser> {
  const executablePath = requirePresent(found(), missingChromium() ?? '');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A context whose pages wait for what they are asked to find for as long as a test may take. */
export async function openContext(browser: Browser, options: BrowserContextOptions): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(HUNG_AFTER_MS);
  return context;
}
