import { describe, expect, test } from 'vitest';
import { formatTable, formatValue } from '../../../api/commands/format.ts';

const PAYOUTS = [
  {
    payout_id: 'po_1234567890abcdef',
    amount_minor: 123n,
    reason: 'below the minimum of its currency and carried forward',
  },
  { payout_id: 'po_2', amount_minor: -99_999n, reason: null },
];

describe('a table', () => {
  test('has one line per row if there is no terminal, with numbers aligned right and nothing truncated', () => {
    expect(formatTable(PAYOUTS)).toBe(
      [
        'payout_id            amount_minor  reason',
        'po_1234567890abcdef           123  below the minimum of its currency and carried forward',
        'po_2                       -99999',
        '',
      ].join('\n'),
    );
  });

  test('wraps text between words if the terminal is too narrow', () => {
    expect(formatTable(PAYOUTS, { width: 60 })).toBe(
      [
        'payout_id            amount_minor  reason',
        'po_1234567890abcdef           123  below the minimum of its',
        '                                   currency and carried',
        '                                   forward',
        'po_2                       -99999',
        '',
      ].join('\n'),
    );
  });

  test('becomes a block of lines per row if that does not fit either, and never breaks an id', () => {
    expect(formatTable(PAYOUTS, { width: 36 })).toBe(
      [
        'payout_id     po_1234567890abcdef',
        'amount_minor  123',
        'reason        below the minimum of',
        '              its currency and',
        '              carried forward',
        '',
        'payout_id     po_2',
        'amount_minor  -99999',
        'reason',
        '',
      ].join('\n'),
    );
    expect(formatValue({ seal: 'f'.repeat(64) }, { width: 40 })).toBe(`seal  ${'f'.repeat(64)}\n`);
  });

  test('uses the display width of text, and escapes control characters', () => {
    const rows = [
      { name: '漢字', n: 1n },
      { name: 'a\u001b[31m\nb', n: 20n },
    ];
    expect(formatTable(rows)).toBe(['name             n', '漢字             1', 'a\\u001b[31m\\nb  20', ''].join('\n'));
  });

  test('is complete for any number of rows', () => {
    const rows = Array.from({ length: 101 }, (_, index) => ({ n: BigInt(index) }));
    expect(
      formatTable(rows)
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual(['n', ...rows.map(({ n }) => String(n)), '']);
  });
});

test('a value has its figures, then its lists and objects, with names in words, except those of tables', () => {
  const value = {
    planned_by: 'Ada',
    approved_by: null,
    payouts: PAYOUTS.slice(1),
    breaks: [],
    totals: { paid_minor: 5n },
    rows: { 'steps.int_uses': 2 },
  };
  expect(formatValue(value)).toBe(
    [
      'planned by  Ada',
      '',
      'payouts:',
      'payout id  amount minor  reason',
      'po_2             -99999',
      '',
      'breaks: none',
      '',
      'totals:',
      'paid minor  5',
      '',
      'rows:',
      'steps.int_uses  2',
      '',
    ].join('\n'),
  );
});
