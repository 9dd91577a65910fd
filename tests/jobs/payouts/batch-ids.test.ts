import { expect, test } from 'vitest';
import { batchIdOf, isInBatch } from '../../../jobs/payouts/batch-ids.ts';
import { parsePeriod } from '../../../warehouse/period.ts';
import { FIELDS } from '../../../warehouse/vocabulary/fields.ts';

test('a transfer is in the batch that its group names, and in no other whose id begins alike', () => {
  const january = parsePeriod('2026-01');
  expect(batchIdOf(january)).toMatch(new RegExp(FIELDS.batch_id.pattern ?? '^$'));
  expect(isInBatch('batch_2026-01:po_1', batchIdOf(january))).toBe(true);
  for (const group of ['batch_2026-011:po_1', 'batch_2026-01', 'batch_2025-12:po_1', 'by_hand', null]) {
    expect(isInBatch(group, batchIdOf(january)), String(group)).toBe(false);
  }
});
