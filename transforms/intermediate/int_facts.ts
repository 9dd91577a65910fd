import { defineModel } from '../engine/model.ts';

export const intFacts = defineModel(import.meta.url, {
  name: 'int_facts',
  kind: 'whole',
  reads: [
    'tantieme.stg_rudder__sales',
    'tantieme.stg_rudder__uses',
    'tantieme.int_terms',
    'tantieme.int_bookings',
    'ledger.closes',
    'seeds.platform_fees',
  ],
  fields: [
    'fact_id',
    'fact_kind',
    'license_type',
    'asset_id',
    'developer_id',
    'terms_id?',
    'fee_bps?',
    'units',
    'amount?',
    'currency?',
    'occurred_at',
    'learned_at',
  ],
  key: ['fact_id'],
  checks: [
    {
      holds: 'What was sold or used has terms, and a fee, that were in force when it happened.',
      failures: `select facts.fact_id, facts.asset_id, facts.license_type, bookings.period from tantieme.int_facts as facts join tantieme.int_bookings as bookings on bookings.booked_id = facts.fact_id and bookings.booking_kind = facts.fact_kind where facts.terms_id is null or facts.fee_bps is null or facts.amount is null or facts.currency is null`,
      hasPeriod: true,
    },
  ],
});
