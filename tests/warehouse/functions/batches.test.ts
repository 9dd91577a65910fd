import { expect, test } from 'vitest';
import { batchIdOf, isInBatch, transferGroupOf } from '../../../warehouse/functions/batches.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';
import { evaluateOnDuckDb } from './evaluate.ts';

const PERIODS = ['2026-01', '2025-12', '0001-01', '9999-12'].map(parsePeriod);

test('SQL finds the period again from which TypeScript made the group of a transfer', async () => {
  const groups = PERIODS.map((period) => transferGroupOf({ batch_id: batchIdOf(period), payout_id: 'po_1' }));
  expect(groups[0]).toBe('batch_2026-01:po_1');
  expect(await evaluateOnDuckDb('batch_period', { types: ['string'], cases: groups.map((group) => [group]) })).toEqual(
    PERIODS,
  );
});

test('a group of another system has no period', async () => {
  const groups = ['by_hand', 'ORDER_10', 'my_batch_2026-01:po_1', '', null];
  expect(await evaluateOnDuckDb('batch_period', { types: ['string'], cases: groups.map((group) => [group]) })).toEqual(
    groups.map(() => null),
  );
});

test('a transfer is in the batch that its group names, and in no other whose id begins alike', () => {
  const [january = parsePeriod('2026-01')] = PERIODS;
  expect(batchIdOf(january)).toMatch(new RegExp(FIELDS.batch_id.pattern ?? '^$'));
  expect(isInBatch('batch_2026-01:po_1', batchIdOf(january))).toBe(true);
  for (const group of ['batch_2026-011:po_1', 'batch_2026-01', 'batch_2025-12:po_1', 'by_hand', null]) {
    expect(isInBatch(group, batchIdOf(january)), String(group)).toBe(false);
  }
});
