import { defineModel } from '../model.ts';

export const intChanges = defineModel(import.meta.url, {
  name: 'int_changes',
  kind: 'whole',
  reads: [
    'tantieme.stg_rudder__refunds',
    'tantieme.stg_rudder__disputes',
    'tantieme.stg_rudder__dispute_outcomes',
    'tantieme.int_facts',
    'tantieme.int_bookings',
  ],
  fields: [
    'change_id',
    'change_kind',
    'fact_id',
    'amount_before',
    'amount_after',
    'currency',
    'occurred_at',
    'earned_period',
    'period',
  ],
  key: ['change_id'],
  checks: [
    {
      holds: 'No more is taken back than was paid.',
      failures: `select change_id, amount_before, amount_after from tantieme.int_changes where amount_after < 0`,
    },
    {
      holds: 'A refund or dispute names a sale that is known.',
      failures: `select reductions.change_id from (select refund_id as change_id, sale_id from tantieme.stg_rudder__refunds union all select dispute_id as change_id, sale_id from tantieme.stg_rudder__disputes) as reductions left join tantieme.stg_rudder__sales as sales on sales.sale_id = reductions.sale_id where sales.sale_id is null`,
    },
    {
      holds: 'A change is in the currency of its fact.',
      failures: `select changes.change_id from tantieme.int_changes as changes join tantieme.int_facts as facts on facts.fact_id = changes.fact_id where changes.currency <> facts.currency`,
    },
  ],
});
