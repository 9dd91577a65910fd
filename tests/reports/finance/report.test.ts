import ExcelJS from 'exceljs';
import { describe, expect, test } from 'vitest';
import { cureOf, whatHappened, whoseMoney } from '../../../reports/finance/break-sentences.ts';
import { renderReport } from '../../../reports/finance/render.ts';
import { BREAK_CLASSES } from '../../../warehouse/vocabulary/reconciliation.ts';
import { breakSource, reportWith } from './sources.ts';

const ACCEPTED = {
  sentence: 'The buyer was charged a cent less.',
  acknowledged_by: 'Ada',
  acknowledged_at: '2026-02-02T05:00:00.000Z',
};

const BREAKS = [
  breakSource({ flow_id: 'ch_accepted', break_state: 'acknowledged', acknowledgement: ACCEPTED }),
  breakSource({ flow_id: 'ch_medium', break_class: 'unexplained', ledger_minor: null }),
  breakSource({ flow_id: 'ch_changed', acknowledgement: ACCEPTED }),
];

describe('the report for finance', () => {
  const report = reportWith(BREAKS);

  test('has the bridge of each balance and currency, which adds up, with the difference to the balance at Stripe', () => {
    expect(report.balances).toMatchObject([
      {
        ...{ balance_type: 'payments', currency: 'USD', opening: '1000.00', closing: '3589.70' },
        activity: [
          { category: 'charge', count: 12, gross: '5000.00', fee: '145.30', net: '4854.70' },
          { category: 'dispute', count: 1, gross: '-100.00', fee: '15.00', net: '-115.00' },
          { category: 'refund', count: 2, net: '-150.00' },
        ],
        activity_total: { count: 15, gross: '4750.00', fee: '160.30', net: '4589.70' },
        ...{ payouts_total: { count: 1, net: '-2000.00' }, at_stripe: '3590.70', residual: '1.00' },
      },
      {
        currency: 'JPY',
        opening: '0',
        activity_total: { gross: '12000', net: '11568' },
        at_stripe: null,
        residual: null,
      },
    ]);
    expect(report.bank_payouts).toMatchObject([
      { created_on: '2026-01-30', arrives_on: '2026-02-03', amount: '2000.00' },
    ]);
  });

  test('begins with the breaks that count and have priority, and says which acknowledgement is in force', () => {
    expect(report.breaks.map(({ break_id, acknowledgements }) => [break_id, acknowledgements[0]?.is_in_force])).toEqual(
      [
        ['charge:ch_changed', false],
        ['charge:ch_medium', undefined],
        ['charge:ch_accepted', true],
      ],
    );
  });

  test('is a workbook whose amounts are numbers, but for those that a spreadsheet would round', async () => {
    const large = breakSource({ flow_id: 'ch_large', ledger_minor: 12_345_678_901_234_567n });
    const bytes = renderReport(reportWith([...BREAKS, large]), 'xlsx');
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ExcelJS.Buffer,
    );
    const rows = (name: string) =>
      workbook
        .getWorksheet(name)
        ?.getSheetValues()
        .slice(2)
        .map((row) => (Array.isArray(row) ? row.slice(1) : [])) ?? [];
    expect(rows('Bridge').slice(0, 2)).toEqual([
      ['payments', 'USD', 'Opening balance', undefined, undefined, undefined, 1000],
      ['payments', 'USD', 'charge', 12, 5000, 145.3, 4854.7],
    ]);
    expect(rows('Returned payouts')).toEqual([
      [...['po_back', 'acct_ada', 'cr_ada', '2026-01-10', '2026-01-15', 'returned', 'account_closed', 'USD', 12.5]],
    ]);
    expect(rows('Negative balances')).toEqual([['acct_ben', undefined, 'JPY', -300, 0, '2026-02-01']]);
    expect(rows('Compared')[1]).toEqual(['charge', 'matched', 'USD', 2, 50, 50, '46.10 EUR']);
    expect(rows('Compared').at(-1)?.slice(0, 6)).toEqual(['payout', 'Stripe only, explained', 'USD', 1, '–', -2000]);
    expect(rows("Stripe's own reports")).toEqual([
      ['balance.summary.1', 'USD', 'closing', undefined, 16, 3590.7, 3589.7, undefined, undefined, 1],
    ]);
    expect(rows('Summary').slice(-2, -1)).toEqual([
      ['Paid without a new comparison', 'Batch 1, by Ada on 2026-02-02: Stripe was down.'],
    ]);
    const ours = new Map(rows('Breaks').map((row) => [row[0], row[5]]));
    expect(ours.get('charge:ch_changed')).toBe(10);
    expect(ours.get('charge:ch_large')).toBe('123456789012345.67');
    expect(rows('Acknowledgements').map((row) => row.slice(0, 4))).toEqual([
      ['charge:ch_changed', 'Ada', ACCEPTED.acknowledged_at, 'no'],
      ['charge:ch_accepted', 'Ada', ACCEPTED.acknowledged_at, 'yes'],
    ]);
  });

  test('is a PDF of equal bytes, whatever the breaks and their currencies are; of very many it shows the first ones', () => {
    const odd = breakSource({ flow_id: `<&>日本 ${'x'.repeat(255)}`, stripe_currency: 'EUR' });
    const [pdf, again] = [reportWith([odd]), reportWith([odd])].map((each) => renderReport(each, 'pdf'));
    expect(pdf?.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(again?.equals(pdf as Buffer)).toBe(true);
    const many = (count: number) => reportWith(Array.from({ length: count }, () => breakSource()));
    const sizes = [300, 1000].map((count) => renderReport(many(count), 'pdf').length) as [number, number];
    expect(sizes[1] - sizes[0]).toBeLessThan(1000);
  });
});

describe('the sentences about a break', () => {
  const said = (more: Parameters<typeof breakSource>[0], creators: readonly string[] = []) => {
    const row = breakSource(more);
    return [whatHappened(row), whoseMoney(row, creators)];
  };

  /** What is reported anew or voided is compared anew. */
  const REPORTED = ['missing_in_stripe', 'missing_in_ledger', 'amount_differs', 'currency_differs', 'duplicate'];
  test.each(Object.keys(BREAK_CLASSES).filter((name) => !REPORTED.includes(name)))(
    'say that an acknowledgement ends what may remain: %s',
    (break_class) => expect(breakSource({ break_class }).cure).toMatch(/\backnowledge(d)?\b/),
  );

  test('say that creators are not paid while a break keeps their payouts back', () => {
    const held = 'Until it is gone or acknowledged, they are not paid.';
    expect(whoseMoney(breakSource(), ['cr_ada'], { isHolding: true })).toContain(held);
    expect(whoseMoney(breakSource(), ['cr_ada'])).not.toContain(held);
    expect(whoseMoney(breakSource(), [], { isHolding: true })).not.toContain(held);
  });

  test('name the balance transactions that the books lack, have with another amount, or have alone', () => {
    const books = { break_class: 'books_differ', flow_id: 'payments', ledger_minor: 10_00n, stripe_minor: 8_00n };
    const shared = { balance_type: 'payments', currency: 'USD', movement_count: 5n };
    const read = { reporting_category: 'fee', created_at: '2026-01-15T12:00:00.000Z' };
    expect(
      whatHappened(breakSource(books), {
        unbooked: [
          {
            ...shared,
            ...read,
            journal_id: 'stripe:txn_1',
            source_id_stripe: 're_1',
            net_minor: -1_00n,
            booked_minor: null,
          },
          {
            ...shared,
            ...read,
            journal_id: 'stripe:txn_2',
            source_id_stripe: null,
            net_minor: 2_00n,
            booked_minor: 1_00n,
          },
          {
            ...shared,
            ...{ reporting_category: null, created_at: null, source_id_stripe: null },
            ...{ journal_id: 'stripe:txn_3', net_minor: null, booked_minor: 2_00n },
          },
          {
            ...shared,
            ...{ reporting_category: null, created_at: null, source_id_stripe: null },
            ...{ journal_id: 'opening:payments', net_minor: 7_00n, booked_minor: null },
          },
        ],
      }),
    ).toBe(
      "The account payments in USD is 10.00 USD in our books; Stripe's balance transactions give 8.00 USD. The balance transactions that differ: txn_1 (fee re_1) of −1.00 USD on 15 January 2026 is not in those books; txn_2 (fee) of 2.00 USD on 15 January 2026 is 1.00 USD there; txn_3 of 2.00 USD is in those books alone; those of before the books sum to 7.00 USD, and the opening entry is 0.00 USD; and 1 more.",
    );
  });

  test('name the category, the type and the balance of what is of an unknown kind', () => {
    const row = breakSource({ break_class: 'unclassified', break_id: 'transaction:txn_9', cash_movement: 'other' });
    const kind = { reporting_category: 'loan', balance_transaction_type: 'loan_repayment', balance_type: 'payments' };
    expect(whatHappened(row, { kind })).toContain(
      'is of a kind that this version does not know: the category loan of the type loan_repayment, in the balance payments.',
    );
  });

  test.each([
    ['a transfer by hand', { flow_kind: 'transfer', cash_movement: 'transfer' }, /adjust the balance of the creator/],
    ['a charge', {}, /which service should have reported it/],
  ])('what to do about %s that our books do not have', (_, row, cure) => {
    expect(cureOf(breakSource({ break_class: 'missing_in_ledger', ...row }))).toMatch(cure);
  });

  test.each([
    ['bank_entry_unexplained', [], /^Not known until it is found out what the bank has booked/],
    ['bank_payment_unknown', [], /^Not known until it is found out what the bank has booked/],
    ['bank_balance_differs', [], /^Not known until it is found out what the bank has booked/],
    ['bank_contradicts', [], /^Not known: the bank does not say which payouts/],
    ['bank_contradicts', ['cr_ada'], /^It concerns cr_ada\.$/],
  ])("never call money the platform's of which a bank alone knows: %s", (break_class, creators, whose) => {
    const row = breakSource({ break_class, flow_kind: 'other', flow_id: 'bank_1' });
    expect(whoseMoney(row, creators)).toMatch(whose);
  });

  test('what to do about the void of a sale that the buyer has paid for', () => {
    const row = breakSource({ break_class: 'missing_in_stripe', cash_movement: 'charge_failure' });
    expect(cureOf(row)).toMatch(/refund the buyer at Stripe/);
  });

  test('exist for every class', () => {
    for (const break_class of Object.keys(BREAK_CLASSES)) {
      const [happened = '', whose = ''] = said({ break_class });
      expect(happened, break_class).toMatch(/^\S.* .*\.$/);
      expect(happened, break_class).not.toMatch(/undefined|null/);
      expect(whose, break_class).toMatch(/\.$/);
    }
  });

  test.each([
    [
      {
        break_class: 'reversed_after_settlement',
        cash_movement: 'transfer_reversal',
        flow_kind: 'transfer',
        flow_id: 'tr_1',
        ledger_minor: null,
        stripe_minor: 80_00n,
      },
      ['cr_ada'],
      'Stripe has a reversal of the transfer tr_1 of 80.00 USD on 15 January 2026; our books still have the payout in full.',
      'It was paid, or is to be paid, to cr_ada.',
    ],
    [
      {
        break_class: 'wrong_destination',
        cash_movement: 'transfer',
        flow_kind: 'transfer',
        flow_id: 'tr_1',
        account_id_stripe: 'acct_x',
      },
      [],
      'The transfer tr_1 of 9.99 USD went to the account acct_x; our books have another account.',
      'Not known: the account acct_x belongs to no creator in our books.',
    ],
    [
      {
        break_class: 'payout_differs',
        cash_movement: 'other',
        flow_kind: 'transfer',
        flow_id: 'cr_ada',
        ledger_minor: -80_00n,
        stripe_minor: -90_00n,
      },
      ['cr_ada'],
      'The books promised cr_ada 80.00 USD in January 2026, and the payouts of that balance sum to 90.00 USD: 10.00 USD more were paid.',
      'It was paid, or is to be paid, to cr_ada.',
    ],
    [
      {
        break_class: 'balance_differs',
        cash_movement: 'other',
        flow_kind: 'other',
        flow_id: 'payments',
        ledger_minor: -1_00n,
        stripe_minor: 0n,
      },
      [],
      "The balance transactions of the balance payments in USD sum to −1.00 USD; Stripe's own balance gives 0.00 USD.",
      'Not known until the balance transaction that is missing is found: it may be of a buyer, a creator or the platform.',
    ],
    [
      {
        break_class: 'unexplained',
        break_id: 'transaction:txn_1',
        cash_movement: 'other',
        flow_kind: 'other',
        description_stripe: 'Adjustment',
      },
      [],
      "The balance transaction txn_1 of 9.99 USD on 15 January 2026 is explained by Stripe's description alone. Stripe's description: “Adjustment”.",
      "The platform's.",
    ],
    [
      {
        break_class: 'unlinked',
        break_id: 'transaction:txn_1',
        cash_movement: 'refund',
        flow_kind: 'refund',
        flow_id: 'txn_1',
      },
      [],
      'The balance transaction txn_1 (refund) of 9.99 USD on 15 January 2026 belongs to no object of Stripe that was read.',
      'Not known: no sale in our books is behind it.',
    ],
    [
      { break_class: 'fee_differs', break_id: 'fee:txn_1', cash_movement: 'other', fee_minor: 9_00n },
      [],
      "Stripe's fee for the charge ch_1 of 9.99 USD on 15 January 2026 is 9.00 USD, more than the rates configured allow.",
      "The platform's: it bears Stripe's fees.",
    ],
    [
      { break_class: 'missing_in_stripe', stripe_minor: null, currency: 'XYZ' },
      ['c1', 'c2', 'c3', 'c4', 'c5', 'c6', 'c7'],
      'Our books have the charge ch_1 of 1000 minor units of XYZ in January 2026; Stripe has no record of it.',
      'It was earned, in part, by c1, c2, c3, c4, c5 and 2 more.',
    ],
  ])('name ids, amounts, days and people: $break_class', (row, creators, happened, whose) => {
    expect(said(row, creators)).toEqual([happened, whose]);
  });
});
