import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeOf } from '../../api/commands/trace-tree.ts';
import { breakOf } from '../../jobs/break-history.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../jobs/reconcile-stripe.ts';
import { type TracedRecord, traceRecord } from '../../jobs/trace-record.ts';
import { NotFound } from '../../warehouse/errors.ts';
import { requirePresent } from '../../warehouse/invariant.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import { charged, PAYABLE, recordJanuary } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

/** A month that is closed, paid and compared: ada sold for 100.00 and gave 10.00 back; Stripe has a charge that nobody has reported. */
let harness: TestServices;
let transfer: string;
let charge: TracedRecord;
let unknown: TracedRecord;
beforeAll(async () => {
  harness = await openTestServices();
  const [ada] = PAYABLE as [(typeof PAYABLE)[number]];
  await recordJanuary(harness, [
    { ...ada, refund: '10.00' },
    { ...ada, name: 'ben' },
  ]);
  await harness.run(closePeriod, '2026-01');
  await harness.pay('2026-01');
  transfer = requirePresent(
    harness.stripe.transfers().find(({ destination }) => destination === 'acct_ada')?.id,
    'paid',
  );
  charged(harness.stripe, { id: 'unknown', amount: '7.00' });
  await harness.run(pullFromStripe);
  await harness.run(reconcileStripe, '2026-01');
  [charge, unknown] = [await trace('ch_ada_0'), await trace('ch_unknown')];
});
afterAll(() => harness[Symbol.asyncDispose]());

const trace = (id: string) => traceRecord(harness.services, id);
const events = ({ events: found }: TracedRecord) => found.map(({ event, source_id }) => [event, source_id]);

test('a charge leads to its sale, refund, journal entries, creator, statement lines, payout and balance transactions', async () => {
  const traced = charge;
  expect(events(traced)).toEqual([
    ['License Purchased', 'marketplace'],
    ['License Refunded', 'marketplace'],
  ]);
  expect(new Set(traced.postings.map(({ period, journal_kind }) => `${period} ${journal_kind}`))).toEqual(
    new Set(['2026-01 sale', '2026-01 refund', '2026-01 stripe']),
  );
  expect(traced.allocations.map(({ creator_id, royalty_amount }) => [creator_id, royalty_amount])).toEqual([
    ['cr_ada', '-8'],
    ['cr_ada', '80'],
  ]);
  expect(traced.statement_lines.map(({ line_kind, line_amount_minor }) => [line_kind, line_amount_minor])).toEqual([
    ['earning', 80_00n],
    ['refund', -8_00n],
  ]);
  expect(traced.payouts).toMatchObject([
    {
      creator_id: 'cr_ada',
      amount_minor: 72_00n,
      log: [{ state: 'approved' }, { state: 'intent' }, { state: 'sent', transfer_id_stripe: transfer }],
    },
  ]);
  expect(traced.stripe_objects.map(({ object_kind }) => object_kind)).toEqual(['charge', 'refund', 'transfer']);
  expect(traced.balance_transactions.map(({ cash_movement, settled_minor }) => [cash_movement, settled_minor])).toEqual(
    [
      ['charge', 100_00n],
      ['refund', -10_00n],
      ['transfer', -72_00n],
    ],
  );
  expect(traced.breaks).toEqual([]);
});

test('each id of the same money leads to the same events, journal entries and objects', async () => {
  const { linked_ids, events: reported, postings, stripe_objects } = charge;
  const transaction = requirePresent(charge.balance_transactions[1]?.id_stripe, 'pulled');
  for (const id of [
    'sale_ada_0',
    're_ada_0',
    'ref_ada_0',
    transaction,
    'refund:ref_ada_0',
    reported[0]?.message_id ?? '',
  ]) {
    const traced = await trace(id);
    expect(traced, id).toMatchObject({ events: reported, postings, stripe_objects });
    expect(new Set([...traced.linked_ids, id]), id).toEqual(new Set([...linked_ids, 'ch_ada_0', id]));
  }
});

test('a transfer leads back to its payout and the statement that it pays, and to nobody else', async () => {
  const traced = await trace(transfer);
  expect(events(traced)).toEqual([
    ['Payout Changed', 'tantieme'],
    ['Payout Sent', 'tantieme'],
  ]);
  expect(traced.statement_lines.map(({ creator_id, line_kind }) => [creator_id, line_kind])).toEqual([
    ['cr_ada', 'earning'],
    ['cr_ada', 'refund'],
  ]);
  expect(traced.balance_transactions).toMatchObject([{ cash_movement: 'transfer', account: 'connected_accounts' }]);
  expect(await trace(traced.payouts[0]?.payout_id ?? '')).toMatchObject({
    payouts: traced.payouts,
    stripe_objects: traced.stripe_objects,
  });
});

test('what only Stripe has leads to its break, and what nothing has is refused', async () => {
  const traced = unknown;
  expect(traced).toMatchObject({
    events: [],
    postings: [],
    breaks: [{ break_id: 'charge:ch_unknown', break_class: 'missing_in_ledger' }],
  });
  expect((await trace('charge:ch_unknown')).stripe_objects).toEqual(traced.stripe_objects);
  const { services } = harness;
  expect(await breakOf(services, { period: parsePeriod('2026-01'), breakId: 'charge:ch_unknown' })).toMatchObject({
    found: { break_state: 'open' },
    history: [{ change: 'found', changed_by: 'ada' }],
  });
  await expect(trace('nothing')).rejects.toThrow(NotFound);
});

test('for people, it is a tree in the order of time', async () => {
  const [first, rest] = [treeOf(charge), treeOf(unknown)];
  const heads = first.filter((line) => !line.startsWith(' ')).map((line) => line.replace(/^[\d-]+( [\d:]+)? +/, ''));
  expect(heads.map((line) => line.split(':')[0])).toEqual([
    'books of 2026-01',
    'books of 2026-01',
    'event License Purchased',
    'Stripe',
    'books of 2026-01',
    'books of 2026-01',
    'event License Refunded',
    'Stripe',
    'statement of 2026-01',
    'Stripe',
    expect.stringMatching(/^payout \S+ to cr_ada$/),
  ]);
  expect(first).toContain('  └ cr_ada gets 80 of 100 USD');
  expect(rest.at(-2)).toBe('BREAK charge:ch_unknown of 2026-01: missing in ledger');
});
