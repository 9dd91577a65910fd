import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missingChromium, openContext } from '../support/chromium.ts';
import { warnSkipped } from '../support/skipped-tests.ts';
import { type BrandedServer, openBrandedServer } from './branded-server.ts';

const missing = missingChromium();
if (missing !== undefined) warnSkipped(`the API reference is not tested in a browser: ${missing}.`);

/** Where to put pictures, for people to look at; none without it. */
const { SCREENSHOTS } = process.env;

describe.skipIf(missing !== undefined)('the API reference in a browser', () => {
  let installation: BrandedServer;
  let url: string;
  let browser: Browser;
  beforeAll(async () => {
    installation = await openBrandedServer({ color: { light: '#7a1f5c', dark: '#f2a6d8' } });
    ({ url, browser } = installation);
  });
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
  });

  test.each([
    {
      colorScheme: 'light',
      locale: 'en-GB',
      download: 'Download OpenAPI Document',
      background: 'rgb(255, 255, 255)',
      width: 1280,
    },
    {
      colorScheme: 'dark',
      locale: 'de-DE',
      download: 'OpenAPI-Dokument herunterladen',
      background: 'rgb(15, 15, 15)',
      width: 390,
    },
  ] as const)(
    'shows every subject and a route, within the policy and from its own origin: $colorScheme',
    async (look) => {
      const { colorScheme, locale, download, background, width } = look;
      const context = await openContext(browser, { colorScheme, locale, viewport: { width, height: 900 } });
      const page = await context.newPage();
      const elsewhere: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== url && !request.url().startsWith('data:')) elsewhere.push(request.url());
      });
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      // Also what the script catches itself, which the console does not have.
      await page.exposeFunction('report', (violation: string) => complaints.push(violation));
      await page.addInitScript(
        "addEventListener('securitypolicyviolation', (event) => report(event.violatedDirective + ': ' + event.blockedURI))",
      );
      await page.goto(`${url}/docs/api/reference#tag/jobs/POST/v1/jobs/{job}/runs`);
      await page.getByRole('heading', { name: 'Starts a job' }).waitFor();
      await page.getByText(download).first().waitFor();
      await page.getByRole('link', { name: 'Acme Works' }).waitFor();
      expect(await page.title()).toMatch(/ – Acme Works$/);
      const shown = await page.evaluate('getComputedStyle(document.querySelector(".top")).backgroundColor');
      expect(shown).toBe(background);
      if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `api-reference-${width}.png`) });
      // Whatever is drawn only when it comes into view.
      for (const id of await page.locator('[id*="tag/"]').evaluateAll((all) => all.map((each) => each.id))) {
        await page.evaluate((each) => globalThis.document.getElementById(each)?.scrollIntoView(), id);
      }
      // No requests to the API from here, and nothing that leads to services of Scalar's but its name.
      expect(await page.getByRole('button', { name: /test request|anfrage testen/i }).count()).toBe(0);
      const links = await page
        .locator('a[href*="scalar.com"]')
        .evaluateAll((all) => all.map((each) => each.textContent));
      expect(links.filter((text) => !/Scalar/.test(text ?? ''))).toEqual([]);
      expect({ elsewhere, complaints }).toEqual({ elsewhere: [], complaints: [] });
      await context.close();
    },
  );

  test('leads to the pages without scripts where there are none', async () => {
    const context = await openContext(browser, { javaScriptEnabled: false, locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${url}/docs/api`);
    await page.getByRole('link', { name: 'API reference' }).click();
    await page.locator('.loading').getByRole('link').click();
    await page.waitForURL(`${url}/docs/api`);
    await context.close();
  });
});
