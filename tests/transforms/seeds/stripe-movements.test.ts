import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { STRIPE_BALANCE_TYPES, STRIPE_CATEGORIES } from '../../../transforms/seeds/stripe-movements.ts';
import { ACCOUNTS } from '../../../warehouse/vocabulary/accounts.ts';

/** The members of a union of strings in the typings of the client, without `OtherString`. */
function unionIn(file: string, name: string): string[] {
  const url = new URL(`../../../node_modules/stripe/cjs/resources/${file}.d.ts`, import.meta.url);
  const declared = new RegExp(`type ${name} = ([^;]+);`).exec(readFileSync(fileURLToPath(url), 'utf8'))?.[1] ?? '';
  return [...declared.matchAll(/'(\w+)'/g)].map(([, value]) => value ?? '');
}

describe('every value of the typings of the client has a meaning', () => {
  test.each([
    ['reporting category', unionIn('Reporting/ReportRuns', 'ReportingCategory'), Object.keys(STRIPE_CATEGORIES)],
    [
      'type',
      unionIn('BalanceTransactions', 'Type'),
      [...new Set(Object.values(STRIPE_CATEGORIES).flatMap(({ types }) => types))],
    ],
    ['balance type', unionIn('BalanceTransactions', 'BalanceType'), Object.keys(STRIPE_BALANCE_TYPES)],
  ])('%s', (_, declared, known) => {
    expect(declared.length).toBeGreaterThan(3);
    expect(declared.filter((value) => !known.includes(value))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });
});

test('a category that is one of a pair has one partner, with the same account and line of the bridge', () => {
  const paired = Object.values(STRIPE_CATEGORIES).filter(({ category_pair }) => category_pair !== null);
  for (const [pair, both] of Map.groupBy(paired, ({ category_pair }) => category_pair)) {
    expect(both, String(pair)).toHaveLength(2);
    expect(new Set(both.map(({ account, bridge_line }) => `${account} ${bridge_line}`)).size).toBe(1);
  }
});

test('what takes a movement back has the opposite sign and the same account', () => {
  const pairs = [
    ['charge', 'charge_failure'],
    ['charge', 'partial_capture_reversal'],
    ['refund', 'refund_failure'],
    ['dispute', 'dispute_reversal'],
    ['transfer', 'transfer_reversal'],
    ['topup', 'topup_reversal'],
  ] as const;
  for (const [category, back] of pairs) {
    const [there, returned] = [STRIPE_CATEGORIES[category], STRIPE_CATEGORIES[back]];
    expect(returned?.expected_sign, back).toBe(-(there?.expected_sign ?? 0));
    expect(returned?.account).toBe(there?.account);
    expect(returned?.flow_kind).toBe(there?.flow_kind);
    expect(ACCOUNTS).toHaveProperty(there?.account ?? '');
  }
});
