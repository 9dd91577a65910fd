import fc from 'fast-check';
import { type InputsByName, marred, nullable, sometimes, textOf } from './arbitrary.ts';

const groups = fc
  .tuple(fc.constantFrom('2026-01', '2025-12', '9999-12'), textOf(6))
  .map(([period, payout]) => `batch_${period}:${payout}`);

export const BATCH_INPUTS: InputsByName = {
  batch_period: {
    types: ['string'],
    edges: [
      ...[
        '',
        'batch',
        'batch_',
        'batch_2',
        'batch_2026-01',
        'batch_2026-01:',
        'Batch_2026-01:po_1',
        ' batch_2026-01:po_1',
      ],
      ...['batch_\u00e9\u0301\u{1f600}26-01:po_1', 'batch_\u0000\u0000\u0000', 'by_hand', null],
    ].map((group) => [group]),
    random: fc.tuple(
      nullable(
        fc.oneof(sometimes(groups, 6), sometimes(marred(groups, 'batch_:-0é😀\u0301'), 3), sometimes(textOf(12), 1)),
      ),
    ),
  },
};
