import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerApp } from '../../api/auth/apps.ts';
import { invite, requirePerson } from '../../api/auth/people.ts';
import { OUTSIDE_ROLES, ROLES, type Role } from '../../api/auth/roles.ts';
import type { Server } from '../../api/boot/server.ts';
import { OPEN_PAGES, PAGES } from '../../api/portal/pages.ts';
import { loadEvents } from '../../jobs/load-events.ts';
import { runJob } from '../../jobs/run-job.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { earnings, writeCoarseMonth } from '../api/coarse-month.ts';
import { fillMarts } from '../api/test-api.ts';
import { addressOf, codeOf } from '../api/test-people.ts';
import { broken } from '../ingest/load/loading.ts';
import { receiptLine } from '../ingest/load/receipts.ts';
import { missingChromium, openContext } from '../support/chromium.ts';
import { listenLocally } from '../support/loopback.ts';
import { warnSkipped } from '../support/skipped-tests.ts';
import { addAuthenticator } from './authenticator.ts';
import { type BrandedServer, openBrandedServer } from './branded-server.ts';

const missing = missingChromium();
if (missing !== undefined) warnSkipped(`the pages are not tested in a browser: ${missing}.`);

/** Where to put a picture of each page, for people to look at; none without it. */
const { SCREENSHOTS } = process.env;

describe.skipIf(missing !== undefined)('the pages in a browser', () => {
  let installation: BrandedServer;
  let folder: string;
  let server: Server;
  let url: string;
  let browser: Browser;
  beforeAll(async () => {
    installation = await openBrandedServer({ publishes: { terms: true, figures: true } });
    ({ folder, server, url, browser } = installation);
    await fillMarts(server.services);
    await writeCoarseMonth(server.services, { period: '2025-12', contributions: earnings('USD', 'metered', 12) });
    await server.services.spool.append([receiptLine(broken(1))]);
    await runJob(server.services, { job: loadEvents, startedBy: 'test' });
    for (const role of ROLES) {
      const subjectId = { creator: 'cr_ada', developer: 'dev_1' }[role as string];
      await invite(server.services, { email: addressOf(role), role, subjectId, by: 'test' });
    }
    if (SCREENSHOTS !== undefined) await mkdir(SCREENSHOTS, { recursive: true });
  });
  afterAll(async () => {
    await installation?.[Symbol.asyncDispose]();
  });

  /** The address in the newest mail to somebody. */
  async function mailedLink(to: string): Promise<string> {
    await server.signIn.idle();
    const names = await readdir(join(folder, 'mail'));
    const mails = await Promise.all(names.map((name) => readFile(join(folder, 'mail', name), 'utf8')));
    const mail = requirePresent(
      mails.find((each) => each.includes(`To: ${to}`)),
      `There is no mail to ${to}.`,
    );
    const text = mail.replaceAll('=\r\n', '').replaceAll('=3D', '=').replaceAll('=26', '&');
    await rm(join(folder, 'mail'), { recursive: true });
    return requirePresent(/http\S+\/login\/enter\S+/.exec(text)?.[0], text);
  }

  async function logIn(context: BrowserContext, role: Role): Promise<Page> {
    const page = await context.newPage();
    const link = await server.signIn.invitationLink(await requirePerson(server.services, addressOf(role)));
    await page.goto(link);
    await page.getByRole('main').getByRole('button').click();
    return page;
  }

  test('log in by a mailed link, give a second factor, choose a language, and end a session elsewhere', async () => {
    const context = await openContext(browser, { locale: 'en-GB' });
    const page = await context.newPage();
    await page.goto(`${url}/account`);
    await page.getByLabel('E-mail address').fill(addressOf('approver'));
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByRole('status').waitFor();
    await page.goto(await mailedLink(addressOf('approver')));
    await page.getByRole('button', { name: 'Log in' }).click();
    // The page that was asked for.
    await page.waitForURL(`${url}/account`);

    await page.getByRole('link', { name: 'Set it up' }).click();
    const secret = requirePresent(await page.locator('code.code').textContent(), 'The page has no secret.');
    await page.getByLabel('Code of six digits').fill(await codeOf(secret));
    await page.getByRole('button', { name: 'Confirm' }).click();
    await page.getByText('It was given in this session.').waitFor();

    await page.getByLabel('Language').selectOption('de');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('html[lang=de]').waitFor();

    const elsewhere = await openContext(browser, { locale: 'en-GB' });
    const other = await logIn(elsewhere, 'approver');
    await page.reload();
    const row = page.getByRole('row').filter({ hasText: 'HeadlessChrome' }).filter({ hasNotText: 'diese' });
    await row.first().getByRole('button').click();
    await page.waitForURL(`${url}/account`);
    await other.goto(`${url}/account`);
    expect(new URL(other.url()).pathname).toBe('/login');
    await Promise.all([context.close(), elsewhere.close()]);
  });

  test('add a passkey, log in with it, give it as the second factor, and remove it', async () => {
    const context = await openContext(browser, { locale: 'en-GB' });
    const page = await logIn(context, 'operator');
    const device = await addAuthenticator(page);
    await page.goto(`${url}/account`);
    await page.getByLabel('Name, to tell it from others').fill('Laptop');
    await page.getByRole('button', { name: 'Add a passkey' }).click();
    await page.getByText('The passkey was added.').waitFor();
    // Its device has just verified its user.
    await page.getByText('It was given in this session.').waitFor();

    await page.getByRole('button', { name: 'Log out' }).click();
    await page.goto(`${url}/login?next=/account`);
    await page.getByRole('button', { name: 'Log in with a passkey' }).click();
    await page.waitForURL(`${url}/account`);
    await page.getByText('It was given in this session.').waitFor();

    const mailed = await logIn(context, 'operator');
    await mailed.goto(`${url}/account/second-factor?next=/account`);
    expect(await mailed.getByLabel('Code of six digits').count()).toBe(0);
    const other = await addAuthenticator(mailed, await device.credentials());
    await mailed.getByRole('button', { name: 'Use a passkey' }).click();
    await mailed.waitForURL(`${url}/account`);
    await other.setUserVerified(false);
    await mailed.goto(`${url}/account/second-factor`);
    await mailed.getByRole('button', { name: 'Use a passkey' }).click();
    await mailed.getByRole('alert').waitFor();

    await mailed.goto(`${url}/account`);
    await mailed.getByRole('button', { name: 'Remove' }).click();
    await mailed.getByText('The passkey was removed.').waitFor();
    expect(await violationsOn(mailed)).toEqual([]);
    await context.close();
  });

  test('an unknown address is a page', async () => {
    const context = await openContext(browser, { locale: 'de-DE' });
    const page = await context.newPage();
    const response = await page.goto(`${url}/nothing`);
    expect([response?.status(), await violationsOn(page)]).toEqual([404, []]);
    await context.close();
  });

  const LOOKS = [
    { name: 'wide', locale: 'en-GB', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
    { name: 'narrow', locale: 'de-DE', colorScheme: 'dark', viewport: { width: 390, height: 844 } },
  ] as const;

  /** In the language of the look, whatever that of the person is. */
  async function contextOf(look: Omit<(typeof LOOKS)[number], 'name'>): Promise<BrowserContext> {
    const context = await openContext(browser, look);
    await context.addCookies([{ name: 'tantieme.language', value: look.locale.slice(0, 2), url }]);
    return context;
  }

  describe.each(LOOKS)('$name, $locale, $colorScheme', ({ name, ...look }) => {
    test('for everybody have nothing that WCAG forbids, and fit', async () => {
      const context = await openContext(browser, look);
      const page = await context.newPage();
      for (const path of [
        '/login',
        '/login?sent=',
        '/login/enter?token=x',
        '/',
        ...OPEN_PAGES.map(({ path }) => open(path)),
      ]) {
        const response = await page.goto(url + path);
        expect([path, response?.status()]).toEqual([path, 200]);
        await picture(page, `everybody${path}`, name);
        expect([path, ...(await violationsOn(page)), ...(await overflowOf(page))]).toEqual([path]);
      }
      await context.close();
    });

    test('to let an app in has nothing that WCAG forbids, and leads back to the app', async () => {
      const partner = await listenLocally(createServer((_, response) => response.end('back in the app')));
      const { app } = await registerApp(server.services, {
        ...{ name: 'Ledgerly', redirectUris: ['http://127.0.0.1/callback'], isPublic: true, by: 'test' },
      });
      const context = await contextOf(look);
      const page = await logIn(context, 'creator');
      const question = new URLSearchParams({
        ...{ response_type: 'code', client_id: app.app_id, redirect_uri: `${partner.url}/callback`, state: 'any' },
        ...{ scope: 'earnings:read offline_access', code_challenge_method: 'S256', code_challenge: 'x'.repeat(43) },
      });
      await page.goto(`${url}/oauth2/authorize?${question}`);
      expect([...(await violationsOn(page)), ...(await overflowOf(page))]).toEqual([]);
      if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `consent-${name}.png`) });
      await page
        .getByRole('button')
        .filter({ hasText: /^(Allow|Erlauben)$/ })
        .click();
      await page.waitForURL(/\/callback\?code=/);
      expect(await page.textContent('body')).toBe('back in the app');
      await page.goto(`${url}/account`);
      expect([...(await violationsOn(page)), ...(await overflowOf(page))]).toEqual([]);
      if (SCREENSHOTS !== undefined) await page.screenshot({ path: join(SCREENSHOTS, `account-with-app-${name}.png`) });
      await context.close();
      await partner.stop();
    });

    // Staff see the same pages with other buttons: each is opened by the first who may see it, from the other end of the roles in the other look.
    const seenByStaff = new Set<string>();
    const roles = name === 'wide' ? ROLES : ROLES.toReversed();
    test.each(roles)('of the role %s have nothing that WCAG forbids, and fit', async (role) => {
      const context = await contextOf(look);
      const page = await logIn(context, role);
      const seen = OUTSIDE_ROLES.includes(role) ? new Set<string>() : seenByStaff;
      for await (const path of pagesFrom(page, seen)) {
        await picture(page, `${role}${path}`, name);
        const found = [...(await violationsOn(page)), ...(await overflowOf(page))];
        expect([path, ...found]).toEqual([path]);
      }
      await context.close();
    });

    test('of the tax form with most fields have nothing that WCAG forbids, and fit, with its faults too', async () => {
      const page = await logIn(await contextOf(look), 'creator');
      await page.goto(`${url}/c/cr_ada/tax/w8bene`);
      for (const state of ['empty', 'with faults']) {
        await picture(page, `tax-w8bene-${state}`, name);
        expect([state, ...(await violationsOn(page)), ...(await overflowOf(page))]).toEqual([state]);
        await page.locator('button[value=record]').click();
        await page.locator('#field-sign-fault').waitFor();
      }
      await page.context().close();
    });
  });

  /** Opens one page of each kind that the person may see: those without parameters, and what their links lead to, but for what is seen. Yields their paths. */
  async function* pagesFrom(page: Page, seen: Set<string>): AsyncGenerator<string> {
    const left = PAGES.filter(({ path }) => !seen.has(path)).map(({ path }) => ({
      ...{ path, pattern: new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`) },
    }));
    const waiting = PAGES.map(({ path }) => path).filter((path) => !path.includes(':'));
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const path = next;
      const at = left.findIndex(({ pattern }) => pattern.test(path));
      if (at === -1) continue;
      const [kind] = left.splice(at, 1);
      const response = await page.goto(url + path);
      if (response?.status() === 403) continue;
      expect([path, response?.status()]).toEqual([path, 200]);
      if (kind) seen.add(kind.path);
      yield path;
      const links = await page
        .locator('a[href^="/"]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('href')));
      waiting.push(...links.flatMap((link) => link?.split('?')[0] ?? []));
    }
  }
});

/** The path of a page for everybody, with one of each that its parameters name. */
const open = (path: string): string =>
  path.replace(':subject', 'jobs').replace(':event', 'license_purchased').replace(':guide', 'send-events');

async function picture(page: Page, of: string, look: string): Promise<void> {
  if (SCREENSHOTS === undefined) return;
  const file = `${of.replaceAll(/[^a-z0-9]+/gi, '-')}-${look}.png`;
  await page.screenshot({ path: join(SCREENSHOTS, file), fullPage: true });
}

/** What axe finds against WCAG 2.2 A and AA, and against its own good practice. */
async function violationsOn(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    // Nodes that pass are not described.
    (globalThis as unknown as { axe: typeof axe }).axe.run({ resultTypes: ['violations'] }),
  );
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

/** Whatever is wider than the window, unless it scrolls by itself, also with the longest id or seal in its headings and paragraphs. */
async function overflowOf(page: Page): Promise<string[]> {
  await page.evaluate(
    `for (const each of document.querySelectorAll('main h1, main p')) each.append(document.createTextNode(' ' + 'x'.repeat(64)))`,
  );
  const [width, window] = await page
    .evaluate('[document.documentElement.scrollWidth, innerWidth]')
    .then((sizes) => sizes as number[]);
  return (width ?? 0) > (window ?? 0) ? [`the page is ${width} px wide, the window ${window}`] : [];
}
