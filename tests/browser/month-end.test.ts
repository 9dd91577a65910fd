import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { FastifyInstance } from 'fastify';
import * as client from 'openid-client';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { registerApp } from '../../api/auth/apps.ts';
import { invite } from '../../api/auth/people.ts';
import type { Role } from '../../api/auth/roles.ts';
import type { SignIn } from '../../api/auth/sign-in.ts';
import { buildApp } from '../../api/http/app.ts';
import type { Services } from '../../jobs/job.ts';
import type { Mail } from '../../jobs/mail/mail.ts';
import { instant } from '../../warehouse/clock.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { codeOf } from '../api/portal/browser.ts';
import { testSignIn } from '../api/test-sign-in.ts';
import { SOURCES } from '../ingest/gateway/test-gateway.ts';
import { charged, PAYABLE, purchased, recordJanuary } from '../jobs/january.ts';
import { CLOSING, openTestServices, type TestServices } from '../jobs/test-services.ts';
import { missingChromium, openChromium, openContext } from '../support/chromium.ts';
import { freePort, listenLocally } from '../support/loopback.ts';

/** A month from its events to what a creator downloads, by clicks alone: `portal.test.ts` warns if it is skipped. */
describe.skipIf(missingChromium() !== undefined)('the people of a month, each in a browser', () => {
  let harness: TestServices;
  let services: Services;
  let app: FastifyInstance;
  let signIn: SignIn;
  let mails: Mail[];
  let url: string;
  let browser: Browser;
  /** Has the roles finance and approver: only that she planned the payouts is against her approval. */
  let lea: Page;
  let ben: Page;
  let ada: Page;
  beforeAll(async () => {
    harness = await openTestServices();
    await recordJanuary(harness, PAYABLE);
    charged(harness.stripe, { id: 'unknown', amount: '120.00' });
    await harness.recordEvents(purchased({ id: 'unknown', asset_id: 'asset_unknown', amount: '120.00' }));
    services = { ...harness.services, comparisonMaxAgeMs: 3_600_000 };
    const port = await freePort();
    url = `http://localhost:${port}`;
    ({ signIn, mails } = testSignIn(services, url));
    app = buildApp({ services, sources: SOURCES, signIn });
    await app.listen({ port, host: 'localhost' });
    browser = await openChromium();
    [lea, ben] = [await personOf('lea', ['finance', 'approver']), await personOf('ben', ['approver'])];
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    await harness?.[Symbol.asyncDispose]();
  });

  const MONTH = '/months/2026-01';

  /** The page of somebody who has asked for a link on it, and has logged in by the mail. */
  async function personOf(name: string, roles: readonly Role[], subjectId?: string): Promise<Page> {
    const email = `${name}@market.example`;
    for (const role of roles) await invite(services, { email, name, role, subjectId, by: 'a test' });
    const page = await (await openContext(browser, { locale: 'en-GB' })).newPage();
    await page.goto(`${url}/account`);
    await page.getByLabel('E-mail address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    await page.getByRole('status').waitFor();
    await signIn.idle();
    const mail = requirePresent(
      mails.findLast(({ to }) => to === email),
      `There is no mail to ${email}.`,
    );
    await page.goto(requirePresent(/http\S+\/login\/enter\S+/.exec(mail.text)?.[0], mail.text));
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.waitForURL(`${url}/account`);
    return page;
  }

  let minutes = 0;
  /** Runs that start at one time have no order. */
  const aMinuteLater = (): void => harness.setTime(instant(Date.parse(CLOSING) + ++minutes * 60_000));

  /** Starts the job of a step with its button, and waits until the page says by itself how it stands then. */
  async function run(page: Page, step: string, { button = /^(Start|Run again)/, state = 'done' } = {}): Promise<void> {
    aMinuteLater();
    await page.goto(url + MONTH);
    await page.locator(`#${step}`).getByRole('button', { name: button }).click();
    await page.waitForURL(new RegExp(`${MONTH}(\\?done=started)?$`));
    await page.locator(`#${step}:not(:has([data-run])) .state`, { hasText: state }).waitFor();
  }

  /** Confirms with the second factor where the page asks for it. */
  async function giveFactor(page: Page): Promise<void> {
    await page.waitForURL(/\/account\/second-factor/);
    const secret = requirePresent(await page.locator('code.code').textContent(), 'The page has no secret.');
    await page.getByLabel('Code of six digits').fill(await codeOf(secret, services.clock.now()));
    await page.getByRole('button', { name: 'Confirm' }).click();
  }

  test('finance builds the month, decides, closes, issues and compares', async () => {
    await run(lea, 'events');
    await run(lea, 'checks');
    await lea.locator('#exceptions').getByRole('link').first().click();
    await lea.getByRole('checkbox').first().check();
    await lea.getByLabel('Your reason, in a sentence').first().fill('The buyer knows.');
    await lea.getByRole('button', { name: 'Acknowledge the selected' }).click();
    await lea.getByText('acknowledged by lea').first().waitFor();
    await run(lea, 'close');
    await run(lea, 'statements');
    await run(lea, 'compare', { button: /^Read Stripe/, state: 'to do' });
    await run(lea, 'compare');
  });

  test('whoever planned the payouts does not approve them; another person does, and they are sent once', async () => {
    await run(lea, 'plan');
    await lea.goto(`${url}${MONTH}/payouts`);
    await lea.getByText('You planned these payouts; another person must approve them.').waitFor();
    expect(await lea.getByRole('button', { name: 'Approve exactly these payouts' }).count()).toBe(0);

    await ben.goto(`${url}/months`);
    await ben.getByRole('link', { name: 'Payouts of January 2026' }).click();
    await ben.waitForURL(`${url}${MONTH}/payouts`);
    // What the page does not offer to the planner is refused too.
    const hash = requirePresent(await ben.locator('input[name=hash]').getAttribute('value'), 'There is no hash.');
    await lea.goto(`${url}/account`);
    await lea.getByRole('link', { name: 'Set it up' }).click();
    await giveFactor(lea);
    const forged = { form: { act: 'approve', hash }, headers: { origin: url } };
    const refused = await lea.request.post(`${url}${MONTH}/payouts`, forged);
    expect([refused.status(), await refused.text()]).toEqual([
      400,
      expect.stringContaining('someone else must approve them'),
    ]);

    await ben.getByRole('button', { name: 'Approve exactly these payouts' }).click();
    await giveFactor(ben);
    await ben.waitForURL(`${url}${MONTH}/payouts`);
    await ben.getByRole('button', { name: 'Approve exactly these payouts' }).click();
    await ben.getByText('You approved the payouts.').waitFor();

    await lea.goto(`${url}${MONTH}/payouts`);
    await lea.getByRole('button', { name: 'Send the payouts' }).click();
    await lea.locator('#send .state', { hasText: 'done' }).waitFor();
    const sent = harness.stripe.transfers().map(({ metadata, amount }) => `${metadata.creator_id} ${amount}`);
    expect(sent.toSorted()).toEqual(['cr_ada 8000', 'cr_ben 7998', 'cr_cai 16000']);
    await run(lea, 'reconcile', { button: /^Read Stripe/, state: 'to do' });
    await run(lea, 'reconcile');
  });

  test('a creator logs in by mail, and downloads each statement as it is stored, byte for byte', async () => {
    ada = await personOf('ada', ['creator'], 'cr_ada');
    await ada.goto(`${url}/c/cr_ada/statements`);
    const stored = services.operational.selectFrom('documents').select(['format', 'hash', 'content_id']);
    const rows = await stored.where('subject', '=', 'cr_ada').where('kind', '=', 'statement').execute();
    expect(rows.map(({ format }) => format).sort()).toEqual(['csv', 'json', 'pdf', 'xlsx']);
    for (const { format, hash, content_id: statement_id } of rows) {
      const downloading = ada.waitForEvent('download');
      await ada.getByRole('link', { name: format.toUpperCase(), exact: true }).first().click();
      const file = await readFile(await (await downloading).path());
      // The page has the form of CSV that spreadsheets read right.
      const exact = `${url}/v1/statements/${statement_id}/csv?form=exact`;
      const downloaded = format === 'csv' ? await (await ada.request.get(exact)).body() : file;
      expect(downloaded.equals(await services.documents.get(hash)), format).toBe(true);
    }
  });

  test('a developer sees what the books and the events have of its month', async () => {
    const dev = await personOf('xia', ['developer'], 'dev_x');
    const textOf = async (path: string): Promise<string> => {
      await dev.goto(url + path);
      return ((await dev.getByRole('main').textContent()) ?? '').replaceAll(/\s+/g, ' ');
    };
    const spent = await services.warehouse.query<{ currency: string; amount: string }>(
      `select currency, sum(amount) as amount from (
         select currency, spent_amount as amount from tantieme.developer_spend where period = '2026-01' and developer_id = 'dev_x'
         union all
         select currency, suspended_amount from tantieme.suspended_facts where period = '2026-01' and developer_id = 'dev_x'
       ) as spent group by currency order by currency`,
    );
    expect(spent.map(({ currency, amount }) => `${currency} ${amount}`)).toEqual(['EUR 200', 'USD 319.98']);
    const spend = await textOf('/d/dev_x/spend?from=2026-01-01&until=2026-01-31');
    for (const sum of ['Sum1200.00 EUR', 'Sum4319.98 USD']) expect(spend).toContain(sum);
    const sales = await services.warehouse.query<{ license_id: string; amount: string; currency: string }>(
      'select license_id, amount, currency from raw.license_purchased',
    );
    const licences = await textOf('/d/dev_x/licences');
    expect(sales).toHaveLength(5);
    for (const { license_id, amount, currency } of sales) {
      const paid = amount.includes('.') ? amount : `${amount}.00`;
      expect(licences).toMatch(new RegExp(`${license_id}, \\d+ Jan 2026, 12:00 UTC ?${paid} ${currency}`));
    }
  });

  const statusWith = async (secret: string): Promise<number> => {
    const headers = { authorization: `Bearer ${secret}` };
    return (await fetch(`${url}/v1/creators/cr_ada/balances`, { headers })).status;
  };

  test('a creator makes a key, rotates it with both secrets at work, and revokes the former one and the key', async () => {
    await ada.goto(`${url}/keys`);
    await ada.getByLabel('Name', { exact: true }).fill('Bookkeeping');
    await ada.getByRole('button', { name: 'Make a key' }).click();
    const secretOf = async () => (await ada.locator('code.code').first().textContent()) ?? '';
    const first = await secretOf();
    await ada.getByRole('link', { name: 'To the keys' }).click();
    await ada.getByRole('button', { name: 'Rotate' }).click();
    const second = await secretOf();
    expect([first === second, await statusWith(first), await statusWith(second)]).toEqual([false, 200, 200]);
    await ada.getByRole('link', { name: 'To the keys' }).click();
    await ada.getByRole('button', { name: 'Revoke the former secret' }).click();
    await ada.getByText('The former secret is revoked.').waitFor();
    expect([await statusWith(first), await statusWith(second)]).toEqual([401, 200]);
    await ada.getByRole('button', { name: 'Revoke', exact: true }).click();
    await ada.getByText('The key is revoked.').waitFor();
    expect(await statusWith(second)).toBe(401);
  });

  test('an app gets tokens by the code flow with PKCE, and loses them when its creator takes them back', async () => {
    const partner = await listenLocally(createServer((_, response) => response.end('back in the app')));
    const { app: registered } = await registerApp(services, {
      ...{ name: 'Ledgerly', redirectUris: ['http://127.0.0.1/callback'], isPublic: true, by: 'a test' },
    });
    const options: client.DiscoveryRequestOptions = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
    const config = await client.discovery(new URL(url), registered.app_id, {}, client.None(), options);
    const pkceCodeVerifier = client.randomPKCECodeVerifier();
    const expectedState = client.randomState();
    const address = client.buildAuthorizationUrl(config, {
      ...{ redirect_uri: `${partner.url}/callback`, scope: 'earnings:read offline_access', state: expectedState },
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    await ada.goto(address.href);
    await ada.getByRole('button', { name: 'Allow' }).click();
    await ada.waitForURL(/\/callback\?/);
    const checks = { pkceCodeVerifier, expectedState };
    const tokens = await client.authorizationCodeGrant(config, new URL(ada.url()), checks);
    const renewed = await client.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect([await statusWith(tokens.access_token), await statusWith(renewed.access_token)]).toEqual([200, 200]);
    await ada.goto(`${url}/account`);
    await ada.getByRole('button', { name: 'Take back' }).click();
    await ada.getByText('The app has no access any more.').waitFor();
    expect(await statusWith(renewed.access_token)).toBe(401);
    await expect(client.refreshTokenGrant(config, renewed.refresh_token ?? '')).rejects.toThrow();
    await partner.stop();
  });
});
