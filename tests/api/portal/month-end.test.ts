import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp } from '../../../api/http/app.ts';
import { SOURCES } from '../../ingest/gateway/test-gateway.ts';
import { charged, PAYABLE, purchased, recordJanuary } from '../../jobs/january.ts';
import { openTestServices, type TestServices } from '../../jobs/test-services.ts';
import { testSignIn } from '../test-sign-in.ts';
import { type Browser, browserOf } from './browser.ts';

const MONTH = '/months/2026-01';

let harness: TestServices;
let app: FastifyInstance;
let ada: Browser;
let ben: Browser;
beforeAll(async () => {
  harness = await openTestServices();
  const { services } = harness;
  const { signIn } = testSignIn(services);
  app = buildApp({ services, sources: SOURCES, signIn });
  await recordJanuary(harness, PAYABLE.slice(0, 2));
  charged(harness.stripe, { id: 'unknown', amount: '120.00' });
  await harness.recordEvents(purchased({ id: 'unknown', asset_id: 'asset_unknown', amount: '120.00' }));
  ada = await browserOf({ app, services, signIn }, { name: 'Ada', role: 'finance' });
  ben = await browserOf({ app, services, signIn }, { name: 'Ben', role: 'approver' });
});
afterAll(async () => {
  await app.close();
  await harness[Symbol.asyncDispose]();
});

/** Starts a job with the button of its step, and follows its events to its end. */
async function run(who: Browser, job: string): Promise<Record<string, unknown>> {
  console.log(job, performance.now());
  const started = await who.post(MONTH, { act: 'run', job });
  expect([started.statusCode, started.headers.location]).toEqual([303, `${MONTH}?done=started`]);
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
async function states(who: Browser): Promise<Record<string, string>> {
  const { body, statusCode } = await who.get(MONTH);
  expect(text(body), String(statusCode)).toContain('Month-end');
  const steps = [...body.matchAll(/<li id="(\w+)".*?<span class="state \w+">([^<]+)</gs)];
  return Object.fromEntries(steps.map(([, name, state]) => [name, state]));
}

const text = (body: string): string => body.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

test('a month is done by two people with the pages alone', async () => {
  expect(await states(ada)).toMatchObject({
    events: 'to do',
    exceptions: 'to do',
    close: 'to do',
    statements: 'blocked',
  });
  expect(text((await ada.get(MONTH)).body)).toContain('The month must be closed first.');

  // An exception keeps the month open until it is acknowledged with a reason.
  expect(await run(ada, 'build-period')).toMatchObject({ state: 'done' });
  expect(await states(ada)).toMatchObject({ exceptions: 'your decision', close: 'blocked' });
  const listed = await ada.get(`${MONTH}/exceptions`);
  expect(text(listed.body)).toMatch(/No terms of its asset .* 120\.00 USD/);
  const [, id = ''] = /name="(id:[^"]+)"/.exec(listed.body) ?? [];
  const unticked = await ada.post(`${MONTH}/exceptions`, { act: 'acknowledge', sentence: 'The buyer knows.' });
  expect([unticked.statusCode, text(unticked.body)]).toEqual([400, expect.stringContaining('Nothing is selected')]);
  await ada.post(`${MONTH}/exceptions`, { act: 'acknowledge', sentence: 'The buyer knows.', [id]: 'on' });
  expect(text((await ada.get(`${MONTH}/exceptions`)).body)).toContain('acknowledged by Ada');

  // The approver may not close it; the page says whose it is, and the API refuses.
  expect(text((await ben.get(MONTH)).body)).toContain('This is for the role finance, operator.');
  const refused = await ben.post(MONTH, { act: 'run', job: 'close-period' });
  expect([refused.statusCode, text(refused.body)]).toEqual([
    403,
    expect.stringContaining('close-period needs the role'),
  ]);
  for (const job of ['close-period', 'issue-statements', 'reconcile-stripe', 'plan-payouts']) {
    expect(await run(ada, job)).toMatchObject({ job, state: 'done', started_by: `Ada (${ada.personId})` });
  }
  expect(await states(ada)).toMatchObject({ close: 'done', plan: 'done', approve: 'your decision', send: 'blocked' });

  // Who planned does not approve, even with the second factor.
  const { body } = await ada.get(`${MONTH}/payouts`);
  expect(body).not.toContain('value="approve"');
  const shown = await ben.get(`${MONTH}/payouts`);
  const [, hash = ''] = /name="hash" value="([^"]+)"/.exec(shown.body) ?? [];
  const approval = { act: 'approve', hash };
  const unverified = await ben.post(`${MONTH}/payouts`, approval);
  expect(unverified.headers.location).toBe('/account/second-factor?next=%2Fmonths%2F2026-01%2Fpayouts');
  expect((await ada.giveFactor()).headers.location).toBe('/account?done=factor');
  const own = await ada.post(`${MONTH}/payouts`, approval);
  expect([own.statusCode, text(own.body)]).toEqual([400, expect.stringContaining('someone else must approve them')]);
  expect((await ben.giveFactor(`${MONTH}/payouts`)).headers.location).toBe(`${MONTH}/payouts`);
  const approved = await ben.post(`${MONTH}/payouts`, approval);
  expect(approved.headers.location).toBe(`${MONTH}/payouts?done=approved`);
  expect(text((await ben.get(`${MONTH}/payouts`)).body)).toContain('Approved by Ben.');

  expect((await ada.post(`${MONTH}/payouts`, { act: 'send' })).statusCode).toBe(303);
  expect(await followed(ada, 'send-payouts')).toMatchObject({ state: 'done' });
  expect(
    harness.stripe
      .transfers()
      .map(({ amount }) => amount)
      .sort(),
  ).toEqual([7998, 8000]);
  expect(await states(ada)).toMatchObject({ send: 'done', reconcile: 'to do' });
});

test('every page of finance says what there is, in both languages', async () => {
  const [payout] = harness.stripe.transfers();
  const pages: readonly (readonly [path: string, en: string, de: string])[] = [
    ['/months', 'January 2026 closed', 'Januar 2026 abgeschlossen'],
    [`${MONTH}/exceptions`, 'acknowledged by Ada', 'anerkannt von Ada'],
    [`${MONTH}/payouts`, 'First-time payees (2)', '159,98 USD 2 Auszahlungen'],
    [`${MONTH}/breaks`, 'Bridge from the opening', 'Überleitung vom Anfangs- zum Endsaldo'],
    [`${MONTH}/documents`, 'All statements as one archive, PDF', 'Alle Abrechnungen als ein Archiv, PDF'],
    ['/corrections', 'There are no corrections.', 'Es gibt keine Korrekturen.'],
    ['/creators', 'cr_ada ada', 'cr_ada ada'],
    ['/creators/cr_ada', 'January 2026 0.00 USD 80.00 USD', 'Januar 2026 0,00 USD 80,00 USD'],
    [`/trace?id=${payout?.id}`, 'Ada, Ben approved', 'Ada, Ben freigegeben'],
    ['/trace?id=nothing', 'Nothing has this id.', 'Nichts hat diese ID.'],
    ['/audit', 'startJob', 'startJob'],
  ];
  for (const [path, en, de] of pages) {
    expect(text((await ada.get(path)).body), path).toContain(en);
    expect(text((await ada.get(path, { language: 'de' })).body), path).toContain(de);
  }
});

test('a correction is proposed by one and approved by another', async () => {
  const proposal = {
    ...{ act: 'propose', corrected_kind: 'balance', corrected_id: 'cr_ada', amount: '-5.00', currency: 'USD' },
    ...{ units: '', replaced_by_id: '', reason: 'Counted twice.', reference: 'Ticket 7' },
  };
  expect((await ada.post('/corrections', proposal)).headers.location).toBe('/corrections?done=proposed');
  const { body } = await ben.get('/corrections');
  expect(text(body)).toContain('balance of a creator cr_ada , −5.00 USD');
  const [, correction_id = ''] = /name="correction_id" value="([^"]+)"/.exec(body) ?? [];
  const own = await ada.post('/corrections', { act: 'approve', correction_id });
  expect(own.statusCode).toBeGreaterThanOrEqual(400);
  const other = await ben.post('/corrections', { act: 'approve', correction_id });
  expect(other.headers.location).toBe('/corrections?done=approved');
});
