import { defineModel } from '../engine/model.ts';

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
      holds: 'No more is refunded than was paid.',
      failures: `select refunds.sale_id, max(bookings.period) as period from tantieme.stg_rudder__refunds as refunds join tantieme.int_bookings as bookings on bookings.booked_id = refunds.refund_id and bookings.booking_kind = 'refund' join tantieme.stg_rudder__sales as sales on sales.sale_id = refunds.sale_id group by refunds.sale_id, sales.amount having sum(refunds.amount) > sales.amount`,
      hasPeriod: true,
    },
    {
      holds: 'A refund or dispute names a sale that is known.',
      failures: `select reductions.change_id, bookings.period from (select refund_id as change_id, 'refund' as booking_kind, sale_id from tantieme.stg_rudder__refunds union all select dispute_id as change_id, 'dispute' as booking_kind, sale_id from tantieme.stg_rudder__disputes) as reductions join tantieme.int_bookings as bookings on bookings.booked_id = reductions.change_id and bookings.booking_kind = reductions.booking_kind left join tantieme.stg_rudder__sales as sales on sales.sale_id = reductions.sale_id where sales.sale_id is null`,
      hasPeriod: true,
    },
    {
      holds: 'A change is in the currency of its fact.',
      failures: `select changes.change_id, changes.period from tantieme.int_changes as changes join tantieme.int_facts as facts on facts.fact_id = changes.fact_id where changes.currency <> facts.currency`,
      hasPeriod: true,
    },
  ],
});
