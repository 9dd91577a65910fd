import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { publishControl } from '../../../api/boot/running-server.ts';
import { type Server, startServer } from '../../../api/boot/server.ts';
import { recordBreaks } from '../../../jobs/break-history.ts';
import { lineHashOf } from '../../../jobs/payouts/approval.ts';
import { plannedLines } from '../../../jobs/payouts/planned-lines.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { type LocalStripe, startStripe } from '../../support/stripe/local-stripe.ts';
import { leaseOf, stepOf } from '../../warehouse/operational/payout-steps.ts';
import { planJanuary, planPeriod } from '../payout-rows.ts';
import { sharedStores } from '../shared-stores.ts';
import { fillMarts, folderAndConfig, NOW } from '../test-api.ts';
import { commandLine, SETTINGS } from './command-line.ts';

let stripe: LocalStripe;
let folder: string;
let server: Server;
let stores: Awaited<ReturnType<typeof sharedStores>>;
let closeControl: () => Promise<void>;
beforeAll(async () => {
  const clock = { now: () => NOW };
  stripe = await startStripe({ clock, apiKey: 'sk_test_local' });
  const made = await folderAndConfig(
    { STRIPE_API_KEY: 'sk_test_local', STRIPE_API_BASE: stripe.url },
    { hasStore: false },
  );
  folder = made.folder;
  stores = await sharedStores();
  server = await startServer(made.config, { clock, stores });
  closeControl = await publishControl(folder, { url: server.url, key: server.ownKey });
  await fillMarts(server.services);
  const [period, at] = [parsePeriod('2026-01'), '2026-02-02T05:45:00.000Z'];
  await recordBreaks(server.services, { period, by: 'schedule' });
  await server.services.operational
    .insertInto('job_runs')
    .values({
      ...{ run_id: 'run_1', job: 'reconcile-stripe', period, state: 'done', started_by: 'schedule' },
      ...{ started_at: at, lease_expires_at: at, finished_at: at },
    })
    .execute();
});
afterAll(async () => {
  await closeControl();
  await server.stop();
  await stores[Symbol.asyncDispose]();
  await stripe.stop();
  await rm(folder, { recursive: true });
});

const run = (...args: string[]) => commandLine(folder)(args, { ...SETTINGS, TANTIEME_DATA_DIR: folder });
const corrections = (...args: string[]) => run('corrections', ...args);
const accounts = (...args: string[]) => run('accounts', ...args);

test('a correction is proposed by one person, listed, and approved or rejected by another', async () => {
  const bonus = ['propose', 'balance', 'cr_ada', '--amount', '12.50', '--currency', 'EUR'];
  const why = ['--reason', 'A forgotten bonus.', '--reference', 'ticket 7'];
  const proposed = await corrections(...bonus, ...why, '--by', 'Ada', '--json');
  expect(proposed).toMatchObject({ code: 0, err: '' });
  const { correction, effects } = JSON.parse(proposed.out);
  expect(effects).toEqual([{ creator_id: 'cr_ada', currency: 'EUR', amount: '12.50' }]);
  const { correction_id } = correction;
  expect((await corrections('list', '--state', 'proposed')).out).toContain(correction_id);
  const own = await corrections('approve', correction_id, '--by', 'Ada');
  expect([own.code, own.err]).toEqual([
    2,
    `Ada proposed the correction ${correction_id}; someone else must approve it.\n`,
  ]);
  expect(JSON.parse((await corrections('approve', correction_id, '--by', 'Ben', '--json')).out)).toMatchObject({
    approved: [{ correction_id, state: 'approved', proposed_by: 'Ada', decided_by: 'Ben' }],
  });
  const other = JSON.parse((await corrections(...bonus, ...why, '--by', 'Ada', '--json')).out).correction.correction_id;
  const rejected = await corrections('reject', other, '--reason', 'Paid already.', '--by', 'Ben', '--json');
  expect(JSON.parse(rejected.out)).toMatchObject({ state: 'rejected', rejection_reason: 'Paid already.' });
});

test('an exception is given to somebody by name', async () => {
  const assigned = await run('exceptions', 'assign', '2026-01', 'sale:sale_7', 'Ben', '--by', 'Ada');
  expect([assigned.code, assigned.out]).toEqual([0, expect.stringMatching(/^owner +Ben$/m)]);
  expect((await run('exceptions', 'list', '2026-01')).out).toMatch(/^sale:sale_7 .* Ben$/m);
});

test('breaks are listed with what to do, assigned, acknowledged, and shown with their history', async () => {
  const listed = await run('breaks', 'list', '2026-01');
  expect(listed.out).toMatch(/^charge:ch_1 +missing_in_stripe +high +12\.50 USD +0 +open +[0-9a-f]{12}$/m);
  expect(listed.out).toMatch(/^verdict +incomplete\nreason +Stripe's records from/m);
  expect(listed.out).toMatch(/^ {2}What to do: +Find out whether the event was sent by mistake/m);
  const assigned = await run('breaks', 'assign', '2026-01', 'charge:ch_1', 'Ben', '--by', 'Ada');
  expect([assigned.code, assigned.out]).toEqual([0, expect.stringMatching(/^owner +Ben$/m)]);
  const because = ['--because', 'The buyer paid in cash.', '--by', 'Ada'];
  const acknowledge = (...as: string[]) => run('breaks', 'acknowledge', '2026-01', 'charge:ch_1', ...because, ...as);
  expect((await acknowledge('--as-of', '000000000000')).err).toContain('it has changed since it was looked at');
  expect((await acknowledge('--as-of', listed.out.match(/[0-9a-f]{12}$/m)?.[0] ?? '')).code).toBe(0);
  expect((await run('breaks', 'list', '2026-01')).out).toContain('The buyer paid in cash.');
  const shown = await run('breaks', 'show', '2026-01', 'charge:ch_1');
  expect(shown.out).toMatch(/^2026-02-02T06:00:00\.000Z +assigned +missing_in_stripe +12\.50 USD +Ben +Ada$/m);
  const unknown = await run('breaks', 'show', '2026-01', 'charge:none');
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/^2026-01 has no break "charge:none"/)]);
});

test('a payout that was sent is taken back once, in the name of the person, and the answer says when the books show it', async () => {
  const { operational, stripe: client } = server.services;
  await planPeriod(server.services, '2025-12', 'cai');
  stripe.account({ id: 'acct_cai', country: 'DE', transfers_enabled: true, payouts_enabled: true });
  stripe.charge({ id: 'ch_cai', amount_minor: 100_00n, currency: 'usd', created_at_ms: NOW });
  const transfer = await client?.transfers.create({ amount: 10_00, currency: 'usd', destination: 'acct_cai' });
  await operational
    .insertInto('job_runs')
    .values({ ...leaseOf(), run_id: 'run_2' })
    .execute();
  const sent = { run_id: 'run_2', transfer_id_stripe: transfer?.id ?? '' };
  const line = await plannedLines(operational).where('line.payout_id', '=', 'po_cai').executeTakeFirstOrThrow();
  const approved = { ...stepOf('approved', 'po_cai'), line_hash: lineHashOf(line) };
  for (const step of [approved, { ...stepOf('sent 1', 'po_cai'), ...sent }])
    await operational.insertInto('payout_log').values(step).execute();
  const reverse = () => run('payouts', 'reverse', '2025-12', 'cr_cai', '--because', 'A mistake.', '--by', 'Ada');
  const reversed = await reverse();
  expect([reversed.code, reversed.err]).toEqual([0, '']);
  expect(reversed.out).toMatch(/^state +reversed$/m);
  expect(reversed.out).toMatch(/^next +The books show it after the next "tantieme pull-stripe", /m);
  expect((await reverse()).out).toMatch(/^was reversed before +true$/m);
  expect(stripe.transfers()).toMatchObject([{ reversals: { data: [{ metadata: { reason: 'A mistake.' } }] } }]);
  const log = await operational.selectFrom('payout_reversal_log').select(['state', 'changed_by']).execute();
  expect(log.map(({ state, changed_by }) => `${state} by ${changed_by}`)).toEqual(['intent by Ada', 'made by Ada']);
});

test('payouts are previewed, held, released and cancelled; the command fails if one could not be', async () => {
  await planJanuary(server.services, 'ada', 'ben');
  await server.services.operational
    .updateTable('payout_batches')
    .set({ approval_hash: 'a'.repeat(64) })
    .execute();
  const preview = await run('payouts', 'preview', '2026-01');
  expect(preview.out).toMatch(/^approval hash +a{64}$/m);
  expect(preview.out).toMatch(/^cr_ada +10\.00 USD +first payout$/m);
  expect((await run('payouts', 'preview', '2026-01', '--all')).out).toMatch(/^cr_ada +10\.00 USD +acct_ada$/m);
  const payouts = (...args: string[]) => run('payouts', ...args, '--because', 'She has called.', '--by', 'Ada');
  const held = await payouts('hold', '2026-01', 'cr_ada', 'po_ben');
  expect([held.code, held.out]).toEqual([0, expect.stringMatching(/^po_ada +cr_ada +held/m)]);
  expect((await payouts('release', '2026-01', 'po_ben')).code).toBe(0);
  const released = await payouts('release', '2026-01', 'po_ada', 'po_ben');
  expect([released.code, released.err]).toEqual([1, '1 payout of 2026-01 could not be changed; "refused" says why.\n']);
  expect((await payouts('cancel', '2026-01', '--all')).code).toBe(0);
  expect((await run('payouts', 'status', '2026-01')).out).toMatch(/^state +cancelled$/m);
  expect((await payouts('cancel', '2026-01', 'po_ada', '--all')).code).toBe(2);
});

test('a trace is a tree for people, and says what nothing has', async () => {
  const traced = await run('trace', 'ch_1');
  expect(traced.out).toMatch(/^BREAK charge:ch_1 of 2026-01: missing in stripe$/m);
  const unknown = await run('trace', 'nothing');
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringMatching(/^Nothing has the id "nothing": no event/)]);
});

test('an account is created by a person, linked, listed with what is due, and shown in words', async () => {
  const made = await accounts('create', 'cr_ada', '--country', 'DE', '--email', 'ada@example.com', '--by', 'Ada');
  expect(made).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^created by +Ada$/m) });
  const pages = ['--return-url', 'https://market.example', '--refresh-url', 'https://market.example/again'];
  const link = await accounts('link', 'cr_ada', ...pages);
  expect([link.code, link.out]).toEqual([0, expect.stringMatching(/^url +https:\/\/connect\.stripe\.com\/setup\//m)]);
  const listed = await accounts('list', '--incomplete');
  expect(listed.out).toMatch(/^cr_ada +acct_\w+ +DE +incomplete$/m);
  expect(listed.out).toMatch(/^cr_ada +transfers inactive; no payouts to the bank; 4 due; 4 past due; requirements/m);
  expect(await accounts('show', 'nobody')).toMatchObject({
    code: 2,
    err: 'There is no creator "nobody": the id of a creator is written like cr_ada.\n',
  });
  const shown = await accounts('show', 'cr_ada');
  expect(shown.out).toMatch(/^currently due +business_type, external_account, /m);
  expect(shown.out).toMatch(/^disabled because +Something that Stripe requires was not given in time/m);
  const [account] = JSON.parse((await accounts('list', '--json')).out).accounts;
  expect(account).toMatchObject({ creator_id: 'cr_ada', created_by: 'Ada', past_due: expect.any(Array) });
});

test('an account without a country, a link without pages and a second account are refused', async () => {
  expect(await accounts('create', 'cr_ben')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/^--country is missing/),
  });
  expect(await accounts('link', 'cr_ada')).toMatchObject({
    code: 2,
    err: expect.stringMatching(
      /^An account link cannot be made without return_url, .+ set TANTIEME_ACCOUNT_RETURN_URL\.$/m,
    ),
  });
  const again = await accounts('create', 'cr_ada', '--country', 'DE');
  expect([again.code, again.err]).toEqual([1, expect.stringMatching(/^No payout account can be created for cr_ada/)]);
});
