import { afterAll, beforeAll, expect, test } from 'vitest';
import { treeOf } from '../../../api/commands/trace-tree.ts';
import { correctionApproved } from '../../../ingest/events/corrections.ts';
import { enqueueEvent } from '../../../ingest/outbox/enqueue-event.ts';
import { requireBreak } from '../../../jobs/break-history.ts';
import { closePeriod } from '../../../jobs/close-period.ts';
import { issueStatements } from '../../../jobs/issue-statements.ts';
import { loadEvents } from '../../../jobs/load-events.ts';
import { confirmPayouts } from '../../../jobs/payouts/confirm-payouts.ts';
import { pullFromStripe } from '../../../jobs/pull-from-stripe.ts';
import { reconcileStripe } from '../../../jobs/reconcile-stripe.ts';
import { thingsWithId } from '../../../jobs/trace/things-with-id.ts';
import { type TracedRecord, traceRecord } from '../../../jobs/trace/trace-record.ts';
import { type TracedLine, traceLine } from '../../../transforms/ledger/trace.ts';
import { NotFound } from '../../../warehouse/errors.ts';
import { requirePresent } from '../../../warehouse/invariant.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FULL_RUN } from '../../support/full-run.ts';
import { charged, PAYABLE, recordJanuary } from '../january.ts';
import { openTestServices, type TestServices } from '../test-services.ts';
import { LATE, payOutToBank, REPORTS, USE_WITHOUT_TERMS, USES } from './traced-month.ts';

/**
 * A month that is closed, paid and compared. ada sold for 100.00 and gave 10.00 back. ben sold twice; dev_y used his asset twice and was invoiced for
 * that; a sale of ida was disputed. Stripe has a charge that nobody has reported.
 */
let harness: TestServices;
let transfer: string;
let bensTransfer: string;
let charge: TracedRecord;
let unknown: TracedRecord;
beforeAll(async () => {
  harness = await openTestServices();
  const [ada, ben] = PAYABLE as [(typeof PAYABLE)[number], (typeof PAYABLE)[number]];
  await recordJanuary(harness, [{ ...ada, refund: '10.00' }, ben, { ...ada, name: 'ida', disputed: true }]);
  await harness.recordEvents(...USES, ...REPORTS);
  await enqueueEvent(harness.services.operational, {
    ...{ declaration: correctionApproved, messageId: 'm_cor_1', occurredAt: LATE },
    properties: {
      ...{
        correction_id: 'cor_1',
        corrected_kind: 'sale',
        corrected_id: 'sale_ben_1',
        correction_reason: 'Sold once.',
      },
      ...{ reference: 'ticket 1', proposed_by: 'Cy', decided_by: 'Di' },
    },
  });
  charged(harness.stripe, { id: 'invoice', amount: '5.00', at: '2026-01-31T12:00:00.000Z' });
  await harness.run(closePeriod, '2026-01');
  await harness.pay('2026-01');
  await harness.run(issueStatements, '2026-01');
  [transfer, bensTransfer] = [transferTo('acct_ada'), transferTo('acct_ben')];
  await harness.services.stripe?.transfers.createReversal(bensTransfer, { amount: 3_98 });
  payOutToBank(harness);
  charged(harness.stripe, { id: 'unknown', amount: '7.00' });
  await harness.run(pullFromStripe);
  await harness.run(confirmPayouts);
  await harness.run(loadEvents);
  await harness.run(reconcileStripe, '2026-01');
  [charge, unknown] = [await trace('ch_ada_0'), await trace('ch_unknown')];
});
afterAll(() => harness[Symbol.asyncDispose]());

const transferTo = (account: string): string =>
  requirePresent(harness.stripe.transfers().find(({ destination }) => destination === account)?.id, 'paid');

const traces = new Map<string, Promise<TracedRecord>>();
function trace(id: string): Promise<TracedRecord> {
  const traced = traces.get(id) ?? traceRecord(harness.services, id);
  traces.set(id, traced);
  return traced;
}
const events = ({ events: found }: TracedRecord) => found.map(({ event, source_id }) => [event, source_id]);

test('a charge leads to its sale, refund, journal entries, creator, statement lines, payout and balance transactions', async () => {
  const traced = charge;
  expect(events(traced)).toEqual([
    ['License Purchased', 'marketplace'],
    ['License Refunded', 'marketplace'],
    ['Refund Failed', 'marketplace'],
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
      log: [
        ...[{ state: 'approved' }, { state: 'intent' }],
        ...[{ state: 'sent', transfer_id_stripe: transfer }, { state: 'confirmed' }],
      ],
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
    ['Payout Changed', 'tantieme'],
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

const [ALL, SOLD, METERED] = [['ch_ben_0', 'ch_ben_1', 'ch_invoice'], ['ch_ben_0', 'ch_ben_1'], ['ch_invoice']];
const rowId = async (id: string) => (await trace(id)).balance_transactions[0]?.id_stripe ?? '';
const messageOf = async (id: string, event: string) =>
  (await trace(id)).events.find((each) => each.event === event)?.message_id ?? '';
const bensStatement = async () =>
  (await trace(bensTransfer)).statements.find(({ currency }) => currency === 'USD')?.statement_id ?? '';

type Kind = readonly [kind: string, id: string | (() => string | Promise<string>), charges: readonly string[]];
const KINDS: readonly Kind[] = [
  ['a charge', 'ch_ben_0', ['ch_ben_0']],
  ['its balance transaction', () => rowId('ch_ben_0'), ['ch_ben_0']],
  ['a sale', 'sale_ben_0', ['ch_ben_0']],
  ['its message', () => messageOf('sale_ben_0', 'License Purchased'), ['ch_ben_0']],
  ['its journal entry', 'sale:sale_ben_0', ['ch_ben_0']],
  ['a use', 'use_1', METERED],
  ['the message of a use', () => messageOf('use_2', 'Asset Used'), METERED],
  ['the journal entry of uses', 'uses:2026-01:terms_metered:2026-01:2000', METERED],
  ["the journal entry of a developer's uses", 'usage_by_developer:2026-01:dev_y:USD:2026-01', METERED],
  ['an invoice', 'inv_1', METERED],
  ['the charge of an invoice', 'ch_invoice', METERED],
  ['a line of sales', 'earning:terms_ben:2026-01:2000', SOLD],
  ['a line of uses', 'earning:terms_metered:2026-01:2000', METERED],
  ['a statement', bensStatement, ALL],
  ['the message of a statement', async () => `${await bensStatement()}-issued`, ALL],
  ['the journal entry of a balance', 'rounding:cr_ben:USD:2026-01', ALL],
  ['a payout', async () => (await trace(bensTransfer)).payouts[0]?.payout_id ?? '', ALL],
  ['the message of a payout', () => messageOf(bensTransfer, 'Payout Sent'), ALL],
  ['a transfer', () => bensTransfer, ALL],
  ['the reversal of a transfer', () => objectOf(bensTransfer, 'transfer_reversal'), ALL],
  ["a payout to the creator's bank", 'po_bank', ALL],
  ['a payout that the bank did not take', 'po_failed', ALL],
];
/** Each trace costs a quarter of a second; the others are in the full run. */
const USUAL = ['a charge', 'a use', 'a line of uses', 'a statement', "a payout to the creator's bank"];

test.each(KINDS.filter(([kind]) => FULL_RUN || USUAL.includes(kind)))(
  '%s leads to both ends: the charges, and the payout, transfer and bank payouts',
  async (_, given, charges) => {
    const id = typeof given === 'string' ? given : await given();
    const traced = await trace(id);
    const found = [
      ...traced.stripe_objects.flatMap(({ object_kind, id_stripe }) => (object_kind === 'charge' ? [id_stripe] : [])),
      ...traced.sources.flatMap(({ charge_ids_stripe }) => charge_ids_stripe),
    ];
    expect([...new Set(found)].sort()).toEqual(charges);
    expect(traced.payouts.map(({ creator_id }) => creator_id)).toEqual(['cr_ben']);
    expect(traced.payouts[0]?.log.at(-1)).toMatchObject({ transfer_id_stripe: bensTransfer });
    expect(traced.statements.map(({ creator_id, period }) => [creator_id, period])).toEqual([['cr_ben', '2026-01']]);
    expect(
      traced.bank_payouts.map(({ id_stripe, bank_result, is_attributed }) => [id_stripe, bank_result, is_attributed]),
    ).toEqual([
      ['po_failed', 'failed', true],
      ['po_bank', 'paid', true],
    ]);
    expect(traced.left_out).toEqual({});
  },
);

const objectOf = async (id: string, kind: string) =>
  (await trace(id)).stripe_objects.find(({ object_kind }) => object_kind === kind)?.id_stripe ?? '';

test('the sales and uses behind lines are counted, with the digest of the line, and a payout that nothing has gone into has none', async () => {
  const { services } = harness;
  for (const line of ['earning:terms_ben:2026-01:2000', 'earning:terms_metered:2026-01:2000']) {
    const proven = await traceLine(services.warehouse, parsePeriod('2026-01'), line);
    const { event_count, units, digest, first_event_ids } = proven as TracedLine;
    expect((await trace(line)).sources).toMatchObject([
      { event_count: BigInt(event_count), units: String(Number(units)), digest, first_event_ids, left_out_count: 0 },
    ]);
  }
  expect(await trace('po_later')).toMatchObject({
    payouts: [],
    sources: [],
    bank_payouts: [{ id_stripe: 'po_later' }],
  });
});

const ABOUT = [
  ['Correction Approved', 'cor_1', 'ch_ben_1'],
  ['Refund Failed', 'ref_ada_0', 'ch_ada_0'],
  ['Charge Failed', 'sale_ida_0', 'ch_ida_0'],
  ['Dispute Reopened', 'dis_ida_0', 'ch_ida_0'],
  ['Dispute Reversed', 'dis_ida_0', 'ch_ida_0'],
] as const;

test.each(ABOUT.slice(0, FULL_RUN ? ABOUT.length : 1))(
  'the message of %s leads to what it is about, and to the charge',
  async (event, factId, chargeId) => {
    const traced = await trace(await messageOf(factId, event));
    expect(traced.linked_ids).toContain(factId);
    expect(traced.stripe_objects.map(({ id_stripe }) => id_stripe)).toContain(chargeId);
  },
);

test('what only Stripe has leads to its break, and what nothing has is refused', async () => {
  const traced = unknown;
  expect(traced).toMatchObject({
    events: [],
    postings: [],
    breaks: [{ break_id: 'charge:ch_unknown', break_class: 'missing_in_ledger' }],
  });
  expect((await trace('charge:ch_unknown')).stripe_objects).toEqual(traced.stripe_objects);
  const { services } = harness;
  expect(await requireBreak(services, { period: parsePeriod('2026-01'), breakId: 'charge:ch_unknown' })).toMatchObject({
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
    'event Refund Failed',
    'Stripe',
    expect.stringMatching(/^payout \S+ to cr_ada$/),
  ]);
  expect(first).toContain('  └ cr_ada gets 80 of 100 USD');
  expect(rest.at(-2)).toBe('BREAK charge:ch_unknown of 2026-01: missing in ledger');
});

test('for people, an id that several things have is said to be each of them', () => {
  const [sale] = charge.events;
  const both = { ...charge, events: [{ ...requirePresent(sale, 'sold'), fact_id: 'ch_ada_0' }] };
  const things_with_id = thingsWithId(both);
  expect(things_with_id).toEqual(['sale', 'charge at Stripe']);
  expect(charge.things_with_id).toEqual(['charge at Stripe']);
  expect(treeOf({ ...both, things_with_id })[0]).toBe(
    'NOTE 2 things have the id ch_ada_0, and all are below: sale, charge at Stripe',
  );
  expect(treeOf(charge).some((line) => line.startsWith('NOTE'))).toBe(false);
});

test('a use that has no terms yet leads to the invoice for it and its charge', async () => {
  await harness.recordEvents(USE_WITHOUT_TERMS);
  await harness.run(loadEvents);
  const { events: found, stripe_objects } = await trace('use_3');
  expect(found.map(({ event }) => event)).toEqual(['Asset Used', 'Usage Invoiced']);
  expect(stripe_objects.map(({ id_stripe }) => id_stripe)).toContain('ch_invoice');
});
