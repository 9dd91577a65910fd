import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { buildPeriod } from '../../jobs/build-period.ts';
import { closePeriod } from '../../jobs/close-period.ts';
import { refusalOf } from '../../jobs/exception-totals.ts';
import { type AcknowledgeRequest, acknowledge, exceptionsOf } from '../../jobs/exceptions.ts';
import { issueStatements } from '../../jobs/issue-statements.ts';
import { pullFromStripe } from '../../jobs/pull-from-stripe.ts';
import { Conflict, NotFound, Rejected } from '../../warehouse/errors.ts';
import { parsePeriod } from '../../warehouse/period.ts';
import type { Message } from '../ingest/load/receipts.ts';
import { eventTable, recordEvents } from '../transforms/small-month.ts';
import { charged, published, purchased, recordJanuary, refunded } from './january.ts';
import { openTestServices, type TestServices } from './test-services.ts';

const JANUARY = parsePeriod('2026-01');
const SENTENCE = 'The buyer knows, and it is being looked into.';

let harness: TestServices;
beforeAll(async () => {
  harness = await openTestServices();
});
afterAll(() => harness[Symbol.asyncDispose]());

const listed = async (period = '2026-01') =>
  (await exceptionsOf(harness.services, parsePeriod(period))).map((each) => [
    each.exception_id,
    each.exception_reason,
    each.suspended_amount,
    each.currency,
    each.is_acknowledged,
  ]);
const accept = (request: Partial<AcknowledgeRequest>) =>
  acknowledge(harness.services, { period: JANUARY, sentence: SENTENCE, by: 'Ada', ...request });

/** A sale in our events and at Stripe. */
function bought(id: string, asset_id: string, amount: string): Message {
  charged(harness.stripe, { id, amount });
  return purchased({ id, asset_id, amount });
}

/** The gateway would quarantine these terms; a warehouse may hold them from another sender. */
const UNREADABLE = `
\`raw.asset_published\`
| terms_id  | asset_id   | license_type | rate | currency | splits                 | timestamp  |
| --------- | ---------- | ------------ | ---- | -------- | ---------------------- | ---------- |
| terms_bad | asset_bad  | one_time     | 30   | USD      | [{"creator":"cr_ada"}] | 2026-01-01 |
`;

const unratedUse = (use_id: string, asset_id: string): string =>
  eventTable('asset_used', 'use_id asset_id developer_id units timestamp', [
    `${use_id} | ${asset_id} | dev_x | 10 | 2026-01-16`,
  ]);

/** A sale of an unknown asset, a refund a cent too high, and a sale under splits that nobody can read. */
async function recordTrouble(): Promise<void> {
  await recordEvents(harness.services.warehouse, '2026-01-02T00:00:00.000Z', UNREADABLE);
  await harness.recordEvents(
    bought('unknown', 'asset_unknown', '120.00'),
    refunded({ id: 'ben_0', amount: '50.00' }),
    bought('bad', 'asset_bad', '30.00'),
  );
}

test('a month with exceptions is closed once finance has acknowledged them, and what is cured later is paid later', async () => {
  await recordJanuary(harness);
  await recordTrouble();
  const counts =
    'terms_missing 1 (120.00 USD), holders_unreadable 1 (30.00 USD), reduction_exceeds_sale 1 (50.00 USD). Look at them with "tantieme exceptions list 2026-01", and acknowledge them or cure them first.';
  await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
    new Conflict(`3 exceptions of 2026-01 are not acknowledged: ${counts}`),
  );
  const open = [
    ['refund:ref_ben_0', 'reduction_exceeds_sale', '-50', 'USD', false],
    ['sale:sale_bad', 'holders_unreadable', '30', 'USD', false],
    ['sale:sale_unknown', 'terms_missing', '120', 'USD', false],
  ];
  expect(await listed()).toEqual(open);
  expect(await harness.services.warehouse.query('select * from ledger.closes')).toEqual([]);

  await accept({ exceptionIds: ['sale:sale_bad', 'refund:ref_ben_0'] });
  expect(refusalOf(await exceptionsOf(harness.services, JANUARY), { period: JANUARY, isFirst: true })).toEqual(
    new Conflict(
      '1 exception of 2026-01 is not acknowledged: terms_missing 1 (120.00 USD). Look at it with "tantieme exceptions list 2026-01", and acknowledge it or cure it first.',
    ),
  );
  await accept({ reason: 'terms_missing' });
  const closed = await harness.run(closePeriod, '2026-01');
  expect(closed).toMatchObject({
    exceptions: 3,
    exceptions_by_reason: [
      {
        exception_reason: 'terms_missing',
        exception_count: 1,
        fact_count: 1,
        currency: 'USD',
        suspended_amount: '120',
      },
      { exception_reason: 'holders_unreadable', exception_count: 1, suspended_amount: '30' },
      { exception_reason: 'reduction_exceeds_sale', exception_count: 1, suspended_amount: '-50' },
    ],
  });
  expect(await listed()).toEqual(open.map((each) => [...each.slice(0, 4), true]));
  await harness.run(issueStatements, '2026-01');
  expect(await harness.pay('2026-01')).toMatchObject({ sent: 3 });

  harness.setTime('2026-03-02T04:00:00.000Z');
  await harness.recordEvents(
    published({ asset_id: 'asset_unknown', creator_id: 'cr_ada', terms_id: 'terms_unknown' }),
    published({ asset_id: 'asset_bad', creator_id: 'cr_cai', terms_id: 'terms_bad_2' }),
  );
  await expect(harness.run(closePeriod, '2026-02')).rejects.toThrow(
    /^1 exception of 2026-02 is not acknowledged: reduction_exceeds_sale 1 \(50\.00 USD\)\./,
  );
  await accept({ period: parsePeriod('2026-02'), reason: 'reduction_exceeds_sale' });
  await harness.run(closePeriod, '2026-02');
  expect(
    await harness.services.warehouse.query(
      `select revenue_event_id, earned_period, creator_id, royalty_amount from tantieme.royalties where period = '2026-02' order by revenue_event_id`,
    ),
  ).toEqual([
    { revenue_event_id: 'sale_bad', earned_period: '2026-01', creator_id: 'cr_cai', royalty_amount: '24' },
    { revenue_event_id: 'sale_unknown', earned_period: '2026-01', creator_id: 'cr_ada', royalty_amount: '96' },
  ]);
  expect(await harness.pay('2026-02')).toMatchObject({ sent: 2, waiting: 0 });
  expect(harness.stripe.transfers().map(({ destination, amount }) => [destination, amount])).toContainEqual([
    'acct_ada',
    9600,
  ]);
});

describe('an acknowledgement', () => {
  beforeAll(async () => {
    await harness.restart();
    await recordJanuary(harness);
    await harness.recordEvents(bought('unknown', 'asset_unknown', '120.00'));
    await recordEvents(
      harness.services.warehouse,
      '2026-01-20T00:00:00.000Z',
      unratedUse('use_a1', 'asset_a') + unratedUse('use_b1', 'asset_b'),
    );
    await harness.run(pullFromStripe);
    await harness.run(buildPeriod, '2026-01');
  });
  beforeEach(() => harness.restart('books'));

  test('records who, when, why, and what the exception was like', async () => {
    const exceptions = await exceptionsOf(harness.services, JANUARY);
    expect(exceptions.find(({ exception_id }) => exception_id === 'sale:sale_unknown')).toMatchObject({
      meaning: 'No terms of its asset and licence type were in force when it happened.',
      cure: 'Publish the terms, in force from that time on.',
      age_days: 0,
      acknowledgement: null,
    });
    harness.setTime('2026-02-05T03:00:00.000Z');
    const { acknowledged, unchanged } = await accept({ exceptionIds: ['sale:sale_unknown'] });
    expect(unchanged).toBe(0);
    expect(acknowledged).toMatchObject([
      {
        exception_id: 'sale:sale_unknown',
        is_acknowledged: true,
        age_days: 2,
        acknowledgement: {
          exception_reason: 'terms_missing',
          fact_count: 1n,
          suspended_amount: '120',
          currency: 'USD',
          units: '1',
          sentence: SENTENCE,
          acknowledged_by: 'Ada',
          acknowledged_at: '2026-02-05T03:00:00.000Z',
        },
      },
    ]);
  });

  test('stands when it is repeated', async () => {
    await accept({ reason: 'terms_missing' });
    const again = await accept({ reason: 'terms_missing', sentence: 'Another reason.', by: 'Ben' });
    expect(again).toEqual({ acknowledged: [], unchanged: 3 });
    const [exception] = await exceptionsOf(harness.services, JANUARY);
    expect(exception?.acknowledgement).toMatchObject({ sentence: SENTENCE, acknowledged_by: 'Ada' });
  });

  test('is refused without a sentence, and for what is not there', async () => {
    await expect(accept({ period: parsePeriod('2026-02'), reason: 'terms_missing' })).rejects.toThrow(
      new Conflict('2026-02 has not been built yet, so its exceptions are not known; build it first.'),
    );
    await expect(accept({ reason: 'terms_missing', sentence: ' \n' })).rejects.toThrow(Rejected);
    await expect(accept({ reason: 'fee_missing' })).rejects.toThrow(
      new NotFound('No exception of 2026-01 has the reason "fee_missing"; its reasons are terms_missing.'),
    );
    await expect(accept({ exceptionIds: ['sale:sale_unknown', 'sale:none'] })).rejects.toThrow(
      new NotFound('2026-01 has no exception "sale:none"; for all of them, run "tantieme exceptions list 2026-01".'),
    );
    await expect(accept({})).rejects.toThrow(/^Say which exceptions/);
    expect((await listed()).every(([, , , , is_acknowledged]) => is_acknowledged === false)).toBe(true);
  });

  test('covers neither what joins the exception later nor another fact of the same amount, stays on record, and comes before the closing', async () => {
    const { warehouse } = harness.services;
    const ofUses = async () =>
      (await exceptionsOf(harness.services, JANUARY)).filter(
        ({ exception_id }) => exception_id !== 'sale:sale_unknown',
      );
    await accept({ reason: 'terms_missing' });
    const before = await ofUses();
    await warehouse.transaction((writer) => writer.query(`delete from raw.asset_used where use_id = 'use_b1'`));
    await recordEvents(
      warehouse,
      '2026-01-21T00:00:00.000Z',
      unratedUse('use_a2', 'asset_a') + unratedUse('use_b2', 'asset_b'),
    );
    await expect(harness.run(closePeriod, '2026-01')).rejects.toThrow(
      /^2 exceptions of 2026-01 are not acknowledged: terms_missing 2\. 2 were acknowledged but have changed since\. Look at them/,
    );
    expect(await ofUses()).toMatchObject([
      { asset_id: 'asset_a', fact_count: 2n, is_acknowledged: false, acknowledgement: { fact_count: 1n } },
      { asset_id: 'asset_b', fact_count: 1n, is_acknowledged: false, acknowledgement: { fact_count: 1n } },
    ]);
    await accept({ reason: 'terms_missing', sentence: 'These are others.', by: 'Ben' });
    expect(await harness.run(closePeriod, '2026-01')).toMatchObject({
      exceptions: 3,
      exceptions_by_reason: [
        { exception_reason: 'terms_missing', fact_count: 3, currency: null, suspended_amount: null },
        { exception_reason: 'terms_missing', fact_count: 1, currency: 'USD', suspended_amount: '120' },
      ],
    });
    expect(await ofUses()).toMatchObject(
      before.map(({ facts_digest }) => ({
        is_acknowledged: true,
        acknowledgement: { sentence: 'These are others.', acknowledged_by: 'Ben' },
        earlier_acknowledgements: [{ sentence: SENTENCE, acknowledged_by: 'Ada', facts_digest }],
      })),
    );
    await harness.services.operational.deleteFrom('exception_acknowledgements').execute();
    await expect(accept({ reason: 'terms_missing' })).rejects.toThrow(
      /^The exceptions of 2026-01 can no longer be acknowledged: it is closed\./,
    );
  });
});
