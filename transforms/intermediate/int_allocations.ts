import { defineModel } from '../engine/model.ts';

export const intAllocations = defineModel(import.meta.url, {
  name: 'int_allocations',
  kind: 'whole',
  reads: ['tantieme.int_revenue_movements', 'tantieme.int_rated_events', 'tantieme.int_splits'],
  fields: ['movement_id', 'creator_id', 'share_bps', 'gross_amount', 'royalty_amount'],
  key: ['movement_id', 'creator_id'],
  checks: [
    {
      holds: 'What the holders are given or lose is exactly what buyers paid or got back.',
      failures: `select movements.movement_id from tantieme.int_revenue_movements as movements left join (select movement_id, sum(gross_amount) as gross_amount from tantieme.int_allocations group by movement_id) as allocated on allocated.movement_id = movements.movement_id where coalesce(allocated.gross_amount, fn.to_numeric('0')) <> movements.amount_after - movements.amount_before`,
    },
  ],
});
