import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { payoutSent } from '../../../ingest/events/payouts.ts';
import { loadSegments } from '../../../ingest/load/load-segments.ts';
import type { StatementDocument } from '../../../reports/statement/document.ts';
import { statementIdOf } from '../../../reports/statement/read.ts';
import { requireClose } from '../../../transforms/ledger/closing.ts';
import { canonicalJson } from '../../../warehouse/canonical-json.ts';
import { instant } from '../../../warehouse/clock.ts';
import { requireExponent } from '../../../warehouse/currencies.ts';
import { Conflict } from '../../../warehouse/errors.ts';
import { decimalToMinor, parseDecimal } from '../../../warehouse/money.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import type { Warehouse } from '../../../warehouse/warehouse.ts';
import { catalogueEvent, type Message, receiptLine, temporarySpool } from '../../ingest/load/receipts.ts';
import { marketplace } from '../../support/marketplace/marketplace.ts';
import { closeAt, openTestWarehouse } from '../../transforms/small-month.ts';
import { composeStatements } from './composed.ts';

const SEED = 5;
const [december, january, february] = [parsePeriod('2025-12'), parsePeriod('2026-01'), parsePeriod('2026-02')];
const { acts, truth } = marketplace({
  seed: SEED,
  period: january,
  creators: 30,
  assets: 60,
  developers: 12,
  events: 1500,
});

let warehouse: Warehouse;
/** The statements of January and of February. In February, January is paid out and nothing else happens. */
let statements: { january: StatementDocument[]; february: StatementDocument[] };

beforeAll(async () => {
  console.info(`Marketplace seed: ${SEED}`);
  warehouse = await openTestWarehouse();
  // December is closed first, so that uses of December that arrive in January are booked in January.
  await closeAt(warehouse, december, '2026-01-01T00:00:00.000Z');
  await load(
    '2026-02-01T02:00:00.000Z',
    acts
      .filter((act) => act.kind === 'event')
      .map((act) => ({
        type: 'track',
        event: act.event,
        messageId: act.message_id,
        userId: act.user_id,
        timestamp: instant(act.occurred_at_ms),
        properties: act.properties,
      })),
  );
  await closeAt(warehouse, january, '2026-02-02T00:00:00.000Z');
  const first = await compose(january);
  await load('2026-02-05T00:00:00.000Z', first.filter(isPaid).map(payout));
  await closeAt(warehouse, february, '2026-03-02T00:00:00.000Z');
  statements = { january: first, february: await compose(february) };
});
afterAll(() => warehouse.close());

async function load(time: string, messages: readonly Message[]): Promise<void> {
  await using opened = await temporarySpool();
  await opened.spool.append(messages.map((message) => receiptLine(message, { received_at: time })));
  await loadSegments(warehouse, {
    spool: opened.spool,
    sources: [{ source_id: 'marketplace', kind: 'internal' }],
    clock: { now: () => Date.parse(time) },
  });
}

const compose = (period: typeof january): Promise<StatementDocument[]> =>
  composeStatements(warehouse, { period, issuerName: 'Tantieme Test Marketplace' });

const isPaid = ({ payout_decision }: StatementDocument): boolean => payout_decision.reason === 'payable';

function payout({ creator, currency, payout_decision, statement_id }: StatementDocument): Message {
  return catalogueEvent(payoutSent, '2026-02-03T10:00:00.000Z', {
    payout_id: `po_${statement_id}`,
    batch_id: 'batch_2026-01',
    creator_id: creator.creator_id,
    payout_period: january,
    amount: payout_decision.amount,
    currency,
    account_id_stripe: 'acct_any',
    transfer_id_stripe: 'tr_any',
  });
}

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
const all = (): StatementDocument[] => [...statements.january, ...statements.february];

test('an open period has no statements', async () => {
  await expect(compose(parsePeriod('2026-03'))).rejects.toThrow(
    new Conflict('2026-03 has no statements, because it is not closed. Close it first.'),
  );
});

test('a closed period has one statement per creator and currency with a balance, in order, and always the same', async () => {
  const keys = statements.january.map(({ creator, currency }) => `${creator.creator_id} ${currency}`);
  expect(keys).toEqual([...new Set(keys)].sort());
  // A few of the 30 creators may have sold nothing, and some earn in two currencies.
  expect(keys.length).toBeGreaterThan(25);
  for (const { creator_id, currency } of truth.royalties) expect(keys).toContain(`${creator_id} ${currency}`);
  expect(await compose(january)).toEqual(statements.january);
  expect(statements.february.map(({ creator, currency }) => `${creator.creator_id} ${currency}`)).toEqual(keys);
});

test('the identity and dates of a statement follow from the closing', async () => {
  const close = await requireClose(warehouse, january);
  for (const document of statements.january) {
    const { creator, currency } = document;
    expect(document).toMatchObject({
      statement_id: statementIdOf({ period: january, creator_id: creator.creator_id, currency }),
      issuer: { name: 'Tantieme Test Marketplace' },
      period: '2026-01',
      period_starts_on: '2026-01-01',
      period_ends_on: '2026-01-31',
      closed_at: '2026-02-02T00:00:00.000Z',
      seal: close.seal,
    });
    expect(creator.name).not.toBe('');
    expect(creator.country).toMatch(/^[A-Z]{2}$/);
    expect(canonicalJson(document)).toBe(canonicalJson(JSON.parse(JSON.stringify(document))));
  }
});

describe('in every statement', () => {
  test('opening balance, earnings, refunds, adjustments and payouts add up to the closing balance', () => {
    for (const { summary, currency } of all()) {
      const of = (name: keyof typeof summary): bigint => decimalToMinor(summary[name], currency);
      expect(
        of('opening') + of('earnings') - of('refunds') + of('adjustments') - of('payouts') + of('payout_reversals'),
      ).toBe(of('closing'));
    }
  });

  test('the lines of each kind sum to the summary, and all lines to the lines of the rounding', () => {
    for (const { lines, summary, rounding, currency } of all()) {
      const minor = (kind?: string): bigint =>
        sum(lines.filter((line) => !kind || line.kind === kind).map(({ amount }) => decimalToMinor(amount, currency)));
      expect(minor('earning')).toBe(decimalToMinor(summary.earnings, currency));
      expect(-minor('refund')).toBe(decimalToMinor(summary.refunds, currency));
      expect(minor('adjustment')).toBe(decimalToMinor(summary.adjustments, currency));
      expect(minor()).toBe(decimalToMinor(rounding.lines, currency));
      expect(sum(lines.map(({ amount_exact }) => parseDecimal(amount_exact)))).toBe(parseDecimal(rounding.lines_exact));
    }
  });

  test('carried in plus exact lines equals booked lines plus carried out, each less than one minor unit', () => {
    for (const { rounding, currency } of all()) {
      const exact = (text: string): bigint => parseDecimal(text);
      expect(exact(rounding.carried_in_exact) + exact(rounding.lines_exact)).toBe(
        exact(rounding.lines) + exact(rounding.carried_out_exact),
      );
      const unit = 10n ** BigInt(9 - requireExponent(currency));
      for (const carried of [exact(rounding.carried_in_exact), exact(rounding.carried_out_exact)]) {
        expect(carried >= 0n && carried < unit).toBe(true);
      }
    }
  });

  test('each line is the gross less the fee, and is rounded by at most one minor unit', () => {
    for (const { lines, currency } of all()) {
      expect(new Set(lines.map(({ line_id }) => line_id)).size).toBe(lines.length);
      for (const line of lines) {
        const exact = parseDecimal(line.amount_exact);
        expect(parseDecimal(line.gross_exact) - parseDecimal(line.platform_fee_exact)).toBe(exact);
        const off = parseDecimal(line.amount) - exact;
        const unit = 10n ** BigInt(9 - requireExponent(currency));
        expect(off > -unit && off <= unit).toBe(true);
        expect(exact < 0n).toBe(line.kind !== 'earning');
        expect(line.platform_fee_rate).toBe('20 %');
      }
    }
  });

  test('the payouts sum to the summary, and payable and held amounts to the closing balance', () => {
    for (const { payouts, payout_reversals, summary, payout_decision, currency } of all()) {
      const minor = (text: string): bigint => decimalToMinor(text, currency);
      expect(sum(payouts.map(({ amount }) => minor(amount)))).toBe(minor(summary.payouts));
      expect(sum(payout_reversals.map(({ amount }) => minor(amount)))).toBe(minor(summary.payout_reversals));
      const pays = payout_decision.reason === 'payable';
      expect(minor(payout_decision.amount)).toBe(pays ? minor(summary.closing) - minor(payout_decision.held) : 0n);
      expect(payout_decision.explanation).toMatch(/^[A-Z0-9].+\.$/);
    }
  });
});

test('each creator is credited the royalties that the marketplace computed independently', () => {
  const exact = statements.january.map(({ creator, currency, rounding }) => ({
    creator_id: creator.creator_id,
    currency,
    royalty_nanos: parseDecimal(rounding.lines_exact),
  }));
  expect(exact.filter(({ royalty_nanos }) => royalty_nanos !== 0n)).toEqual(truth.royalties);
});

test('February opens with the closing balance of January and lists its payouts', () => {
  for (const [index, after] of statements.february.entries()) {
    const before = statements.january[index];
    expect(after.summary.opening).toBe(before?.summary.closing);
    expect(after.rounding.carried_in_exact).toBe(before?.rounding.carried_out_exact);
    expect(after.lines).toEqual([]);
    const paid = before?.payout_decision.reason === 'payable' ? [before.payout_decision.amount] : [];
    expect(after.payouts.map(({ amount }) => amount)).toEqual(paid);
    for (const each of after.payouts) {
      expect(each).toMatchObject({ paid_period: '2026-01', sent_on: '2026-02-03', transfer_id_stripe: 'tr_any' });
    }
  }
  expect(statements.january.filter(isPaid).length).toBeGreaterThan(10);
});

test('a line that was earned in December and recorded in January names December', () => {
  const lines = statements.january.flatMap((document) => document.lines);
  expect(new Set(lines.map(({ earned_period }) => earned_period))).toEqual(new Set(['2025-12', '2026-01']));
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['earning', 'refund', 'adjustment']));
});
