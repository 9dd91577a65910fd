import { defineModel } from '../engine/model.ts';

export const intAllocations = defineModel(import.meta.url, {
  name: 'int_allocations',
  kind: 'whole',
  reads: ['tantieme.int_changes', 'tantieme.int_facts', 'tantieme.int_splits'],
  fields: ['change_id', 'creator_id', 'share_bps', 'gross_amount', 'royalty_amount'],
  key: ['change_id', 'creator_id'],
  checks: [
    {
      holds: 'What the holders are given or lose is exactly what buyers paid or got back.',
      failures: `select changes.change_id from tantieme.int_changes as changes left join (select change_id, sum(gross_amount) as gross_amount from tantieme.int_allocations group by change_id) as allocated on allocated.change_id = changes.change_id where coalesce(allocated.gross_amount, fn.to_numeric('0')) <> changes.amount_after - changes.amount_before`,
    },
  ],
});
