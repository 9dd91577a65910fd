/**
 * The pictures at the top of README.md: a month of the demo as finance sees it, light and dark, in `docs/`. `npm run pictures` runs the demo
 * in `.data/demo`, or in the folder that is given, and goes on with the month that is there. It needs chromium.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { invariant } from '../../warehouse/invariant.ts';
import { openChromium, openContext } from './chromium.ts';
import { MAIN } from './demo/run.ts';
import { NODE_FLAGS } from './node-flags.ts';

const FOLDER = resolve(process.argv[2] ?? '.data/demo');
const PICTURES = join(import.meta.dirname, '../../docs');
/** Not that of a demo or server that may be running. */
const PORT = '18080';
const SIZE = { width: 1200, height: 860 };

const again = existsSync(join(FOLDER, 'finished.json')) ? ['--again'] : [];
const demo = spawn(process.execPath, [...NODE_FLAGS, MAIN, '--out', FOLDER, ...again, '--serve', '--port', PORT], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const desk = await deskOf(demo.stdout);
  const browser = await openChromium();
  await mkdir(PICTURES, { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await openContext(browser, { viewport: SIZE, colorScheme, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${desk}/as/ada`);
    await page.getByRole('main').getByRole('button').click();
    await page.waitForLoadState();
    await page.goto(new URL('/months/2026-01', page.url()).href);
    invariant((await page.title()).includes('January 2026'), 'The month is not shown.');
    await page.screenshot({ path: join(PICTURES, `month-${colorScheme}.png`) });
  }
  await browser.close();
} finally {
  if (demo.exitCode === null) {
    demo.kill('SIGINT');
    await once(demo, 'close');
  }
}

/** The address of the page that logs in as anyone, once the demo serves. */
async function deskOf(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    console.log(line);
    const [, url] = /^Open (http:\S+) to log in/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The demo ended before it served.');
}
