import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../api/http/app.ts';
import { addTaxKey, readTaxKeys } from '../../../jobs/tax/key-file.ts';
import { builtTableOf } from '../../../transforms/engine/model.ts';
import { breaks } from '../../../transforms/marts/breaks.ts';
import { suspendedFacts } from '../../../transforms/marts/suspended_facts.ts';
import { SOURCES } from '../../ingest/gateway/test-gateway.ts';
import { restartWithJanuary } from '../../jobs/closed-january.ts';
import { charged, PAYABLE, purchased, recordJanuary } from '../../jobs/january.ts';
import { openTestServices, type TestServices } from '../../jobs/test-services.ts';
import { EXAMPLE as INVOICES } from '../../reports/invoice/example.ts';
import { EXAMPLE as ACCOUNTS } from '../../reports/journal/example.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { type TemporaryFolder, temporaryFolder } from '../../warehouse/folder.ts';
import { BREAK, SUSPENDED } from '../january-rows.ts';
import { testSignIn } from '../test-sign-in.ts';
import { type Browser, browserOf, textOf } from './browser.ts';
import { englishSentences, FEBRUARY, financePages, JANUARY } from './finance-pages.ts';

let harness: TestServices;
let folder: TemporaryFolder;
let app: FastifyInstance;
let ada: Browser;
let ben: Browser;
beforeAll(async () => {
  harness = await openTestServices();
  await (FULL_RUN ? recordOpenJanuary() : restartWithJanuary(harness));
  folder = await temporaryFolder();
  const pathOf = (name: string): string => join(folder.path, name);
  const [invoiceFile, accountingFile, keys] = [pathOf('invoices.json'), pathOf('accounting.json'), pathOf('keys.json')];
  await writeFile(invoiceFile, JSON.stringify(INVOICES));
  await writeFile(accountingFile, ACCOUNTS);
  await addTaxKey(keys);
  const files = { invoiceFile, accountingFile, taxKeys: readTaxKeys(keys) };
  // Payouts need a comparison of the last hour.
  const services = { ...harness.services, ...files, comparisonMaxAgeMs: 3_600_000 };
  const { signIn } = testSignIn(services);
  app = buildApp({ services, sources: SOURCES, signIn });
  ada = await browserOf({ app, services, signIn }, { name: 'Ada', role: 'finance' });
  ben = await browserOf({ app, services, signIn }, { name: 'Ben', role: 'approver' });
});
afterAll(async () => {
  await app.close();
  await harness[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** With a sale that cannot be booked. */
async function recordOpenJanuary(): Promise<void> {
  await recordJanuary(harness, PAYABLE);
  charged(harness.stripe, { id: 'unknown', amount: '120.00' });
  await harness.recordEvents(purchased({ id: 'unknown', asset_id: 'asset_unknown', amount: '120.00' }));
}

/** Starts a job with the button of its step, and follows its events to its end. */
async function run(who: Browser, job: string): Promise<Record<string, unknown>> {
  const started = await who.post(JANUARY, { act: 'run', job });
  expect([started.statusCode, started.headers.location]).toEqual([303, `${JANUARY}?done=started`]);
  return followed(who, job);
}

async function followed(who: Browser, job: string): Promise<Record<string, unknown>> {
  const [{ run_id }] = (await who.get(`/v1/runs?job=${job}&limit=1`)).json().data;
  const events = await who.get(`/v1/runs/${run_id}/events`);
  expect(events.headers['content-type']).toBe('text/event-stream');
  const sent = events.body.split('\n\n').filter((event) => event.startsWith('data: '));
  return JSON.parse(sent.at(-1)?.slice('data: '.length) ?? '');
}

/** The state of each step, as its label says it. */
async function states(who: Browser, month = JANUARY): Promise<Record<string, string>> {
  const { body } = await who.get(month);
  const steps = [...body.matchAll(/<li id="(\w+)".*?<span class="state \w+">([^<]+)</gs)];
  return Object.fromEntries(steps.map(([, name, state]) => [name, state]));
}

test.runIf(FULL_RUN)('an open month is built, decided about, closed and compared', async () => {
  expect(await states(ada)).toMatchObject({
    events: 'to do',
    exceptions: 'to do',
    close: 'blocked',
    statements: 'blocked',
  });
  expect(await run(ada, 'build-period')).toMatchObject({ state: 'done' });
  expect(await states(ada)).toMatchObject({ exceptions: 'your decision', close: 'blocked' });
  const listed = await ada.get(`${JANUARY}/exceptions`);
  expect(textOf(listed.body)).toMatch(/No terms of its asset .* 120\.00 USD/);
  const [, id = ''] = /name="(id:[^"]+)"/.exec(listed.body) ?? [];
  await ada.post(`${JANUARY}/exceptions`, { act: 'acknowledge', sentence: 'The buyer knows.', [id]: 'on' });
  for (const job of ['close-period', 'issue-statements', 'reconcile-stripe']) {
    expect(await run(ada, job)).toMatchObject({ job, state: 'done', started_by: `Ada (${ada.personId})` });
  }
  expect(await states(ada)).toMatchObject({ checks: 'done', close: 'done', statements: 'done', plan: 'to do' });
  expect(textOf((await ada.get(`${JANUARY}/breaks`)).body)).toContain('activity: charge');
});

test('without a comparison that is new enough, payouts wait until a person gives a reason', async () => {
  const page = `${JANUARY}/payouts`;
  if (!FULL_RUN) {
    expect(await run(ada, 'plan-payouts')).toMatchObject({ state: 'failed', error: expect.stringContaining('never') });
    expect((await ada.get(JANUARY)).body).toContain(`href="${page}#override"`);
  }
  const override = { act: 'override', sentence: 'Stripe is down today.' };
  const unverified = await ada.post(page, override);
  expect(unverified.headers.location).toBe('/account/second-factor?next=%2Fmonths%2F2026-01%2Fpayouts');
  expect((await ada.giveFactor('//elsewhere.example')).headers.location).toBe('/account?done=factor');
  expect((await ada.post(page, override)).headers.location).toBe(`${page}?done=overridden`);
  // Runs that start at one time have no order.
  harness.setTime('2026-02-02T04:05:00.000Z');
});

test('payouts are planned and sent by one person, and approved by another with its second factor', async () => {
  const page = `${JANUARY}/payouts`;
  expect(textOf((await ben.get(JANUARY)).body)).toContain('This is for the role finance, operator.');
  const refused = await ben.post(JANUARY, { act: 'run', job: 'plan-payouts' });
  expect([refused.statusCode, textOf(refused.body)]).toEqual([
    403,
    expect.stringContaining('plan-payouts needs the role'),
  ]);
  expect(await run(ada, 'plan-payouts')).toMatchObject({ state: 'done', started_by: `Ada (${ada.personId})` });
  expect(await states(ada)).toMatchObject({ close: 'done', plan: 'done', approve: 'your decision', send: 'blocked' });
  expect(textOf((await ada.get(JANUARY)).body)).toContain('The payouts must be approved first.');

  expect(textOf((await ben.get('/months')).body)).toContain('Waiting for approval Payouts of January 2026 (Ada)');
  expect((await ada.get(page)).body).not.toContain('value="approve"');
  const [, hash = ''] = /name="hash" value="([^"]+)"/.exec((await ben.get(page)).body) ?? [];
  expect(textOf((await ben.get(page)).body)).toContain('Stripe is down today. (Ada');
  const approval = { act: 'approve', hash };
  const unverified = await ben.post(page, approval);
  expect(unverified.headers.location).toBe('/account/second-factor?next=%2Fmonths%2F2026-01%2Fpayouts');
  const own = await ada.post(page, approval);
  expect([own.statusCode, textOf(own.body)]).toEqual([400, expect.stringContaining('someone else must approve them')]);
  expect((await ben.giveFactor(page)).headers.location).toBe(page);

  // What is held is not sent; one that is cancelled is no longer a part of what is approved.
  const box = async (creator: string): Promise<string> => {
    const rows = (await ada.get(page)).body.split('<tr ');
    const row = rows.find((each) => each.includes('name="id:') && each.includes(creator)) ?? '';
    return /name="(id:[^"]+)"/.exec(row)?.[1] ?? '';
  };
  const decide = async (decision: string, creator: string) =>
    ada.post(page, { act: 'decide', decision, sentence: 'The creator has called.', [await box(creator)]: 'on' });
  expect((await decide('hold', 'cr_ben')).headers.location).toBe(`${page}?done=decided`);
  expect(textOf((await ada.get(page)).body)).toMatch(/cr_ben 79\.98 USD held .*The creator has called\. \(Ada\)/);
  expect((await decide('release', 'cr_ben')).headers.location).toBe(`${page}?done=decided`);
  const again = await decide('release', 'cr_ben');
  expect([again.statusCode, textOf(again.body)]).toEqual([422, expect.stringContaining('Not every payout could')]);
  expect((await decide('cancel', 'cr_cai')).headers.location).toBe(`${page}?done=decided`);
  const stale = await ben.post(page, approval);
  expect([stale.statusCode, textOf(stale.body)]).toEqual([409, expect.stringContaining('look at them again')]);
  const [, now = ''] = /name="hash" value="([^"]+)"/.exec((await ben.get(page)).body) ?? [];
  expect((await ben.post(page, { act: 'approve', hash: now })).headers.location).toBe(`${page}?done=approved`);
  expect(textOf((await ben.get(page)).body)).toContain('Approved by Ben.');

  expect((await ada.post(page, { act: 'send' })).statusCode).toBe(303);
  expect(await followed(ada, 'send-payouts')).toMatchObject({ state: 'done' });
  expect(harness.stripe.transfers().length).toBe(2);
  expect(await states(ada)).toMatchObject({ send: 'done', reconcile: 'to do' });
});

test('a payout that was sent is taken back with a reason, once it is confirmed', async () => {
  const page = `${JANUARY}/payouts`;
  const shown = (await ada.get(page)).body;
  const [, id = ''] = /<option value="([^"]+)">cr_ada: 80\.00 USD/.exec(shown) ?? [];
  const reversal = { act: 'reverse', id, sentence: 'Paid twice by hand.' };
  const unconfirmed = await ada.post(page, reversal, { language: 'de' });
  expect([unconfirmed.statusCode, textOf(unconfirmed.body)]).toEqual([
    400,
    expect.stringContaining('Markieren Sie das Feld, das es bestätigt.'),
  ]);
  const done = await ada.post(page, { ...reversal, confirm: 'on' });
  expect(done.headers.location).toBe(`${page}?done=reversed`);
  const { body } = await ada.get(page);
  expect(textOf(body)).toMatch(/cr_ada 80\.00 USD taken back/);
  expect(body).not.toContain(`<option value="${id}">`);
});

test('the journal is issued once for accounting software, and again only with a reason', async () => {
  const page = `${JANUARY}/journal`;
  expect(textOf((await ada.get(page)).body)).toMatch(/creators_payable USD 0\.00 USD −159\.98/);
  const issue = { act: 'issue', format: 'datev' };
  expect((await ada.post(page, issue)).headers.location).toBe(`${page}?done=issued`);
  expect((await ada.post(page, issue)).headers.location).toBe(`${page}?done=same`);
  expect(textOf((await ada.get(page)).body)).toMatch(/DATEV Ada, 2 Feb 2026.* Issue again: DATEV/);
  const unknown = await ada.post(page, { act: 'issue', format: 'sage' }, { language: 'de' });
  expect([unknown.statusCode, unknown.body]).toEqual([
    400,
    expect.stringMatching(/Die Begründung auf Englisch:<\/p><p><q lang="en">format in the path must be/),
  ]);
});

test('a business gives its details, agrees, and is invoiced', async () => {
  const { name, vat_id: _, address } = INVOICES.issuer;
  const business = { ...address, region: '', country: 'FR', name, vat_id: 'FR40303265045' } as Record<string, string>;
  const billing = '/billing/cr_cai';
  expect((await ada.post(billing, { act: 'record', ...business, vat_id: 'FR1' })).statusCode).toBe(400);
  expect((await ada.post(billing, { act: 'record', ...business })).headers.location).toBe(`${billing}?done=recorded`);
  const agreement = { agreement_version: '2026-01', text_hash: 'A'.repeat(64), agreed_on: '2026-01-05' };
  expect((await ada.post(billing, { act: 'agree', ...agreement })).headers.location).toBe(`${billing}?done=agreed`);
  const page = `${JANUARY}/invoices`;
  expect(textOf((await ada.get(page)).body)).toContain('To be issued (1) cr_cai EUR');
  expect((await ada.post(page, { act: 'issue' })).headers.location).toBe(`${page}?done=started`);
  expect(await followed(ada, 'issue-invoices')).toMatchObject({ state: 'done' });
  expect(textOf((await ada.get(page)).body)).toMatch(/SB-cr_cai-000001 self-billing invoice cr_cai .* 160\.00 EUR/);
});

test('a month that is not over, and one with exceptions that nobody has decided about, cannot be closed', async () => {
  const { warehouse, operational } = harness.services;
  const inFebruary = { period: '2026-02', suspended_period: '2026-02', creator_id: 'cr_ada' };
  const february = SUSPENDED.map((row) => ({ ...row, ...inFebruary }));
  await warehouse.transaction(async (writer) => {
    await writer.append(builtTableOf(suspendedFacts), february);
    await writer.append(breaks, [BREAK]);
  });
  const done = { state: 'done' as const, started_by: 'Ada', started_at: '2026-02-02T04:00:00.000Z' };
  const runs = [
    { ...done, run_id: 'run_built', job: 'build-period', period: '2026-02' },
    { ...done, run_id: 'run_compared', job: 'reconcile-stripe', period: '2026-01' },
  ].map((each) => ({ ...each, finished_at: each.started_at, lease_expires_at: each.started_at }));
  await operational.insertInto('job_runs').values(runs).execute();
  expect(textOf((await ada.get(FEBRUARY)).body)).toContain('The month is not over yet.');
  harness.setTime('2026-03-02T04:00:00.000Z');
  expect(await states(ada, FEBRUARY)).toMatchObject({ exceptions: 'your decision', close: 'blocked' });
  expect(textOf((await ada.get(FEBRUARY)).body)).toContain('Exceptions still need a decision.');

  const page = `${FEBRUARY}/exceptions`;
  const unticked = await ada.post(page, { act: 'acknowledge', sentence: 'The buyer knows.' });
  expect([unticked.statusCode, textOf(unticked.body)]).toEqual([400, expect.stringContaining('Nothing is selected')]);
  const refused = await ben.post(page, { act: 'acknowledge', sentence: 'Fine.', 'id:sale:sale_7': 'on' });
  expect(refused.statusCode).toBe(403);
  const ticked = await ada.post(page, {
    act: 'acknowledge',
    sentence: 'They know.',
    'id:sale:sale_7': 'on',
    'id:refund:ref/7': 'on',
  });
  expect(ticked.headers.location).toBe(`${page}?done=acknowledged`);
  await ada.post(page, { act: 'acknowledgeReason', reason: 'terms_missing', sentence: 'Terms are coming.' });
  expect(await states(ada, FEBRUARY)).toMatchObject({ exceptions: 'done', close: 'to do' });
});

test('every page of finance says what there is, in both languages', async () => {
  const untranslated = englishSentences();
  for (const [path, en, de] of financePages(harness.stripe.transfers()[0]?.id)) {
    expect(textOf((await ada.get(path)).body), path).toContain(en);
    const text = textOf((await ada.get(path, { language: 'de' })).body);
    expect(text, path).toContain(de);
    const found = untranslated.filter((sentence) => text.includes(sentence));
    expect(found, path).toEqual([]);
  }
});

test('a correction is proposed by one and approved by another', async () => {
  const proposal = {
    ...{ act: 'propose', corrected_kind: 'balance', corrected_id: 'cr_ada', amount: '-5.00', currency: 'USD' },
    ...{ units: '', replaced_by_id: '', reason: 'Counted twice.', reference: 'Ticket 7' },
  };
  // A month later the second factor is asked for again.
  for (const person of [ada, ben])
    expect((await person.giveFactor('/corrections')).headers.location).toBe('/corrections');
  expect((await ada.post('/corrections', proposal)).headers.location).toBe('/corrections?done=proposed');
  const { body } = await ben.get('/corrections');
  expect(textOf(body)).toContain('balance of a creator cr_ada , −5.00 USD');
  const [, correction_id = ''] = /name="correction_id" value="([^"]+)"/.exec(body) ?? [];
  const own = await ada.post('/corrections', { act: 'approve', correction_id });
  expect(own.statusCode).toBeGreaterThanOrEqual(400);
  const other = await ben.post('/corrections', { act: 'approve', correction_id });
  expect(other.headers.location).toBe('/corrections?done=approved');
});
