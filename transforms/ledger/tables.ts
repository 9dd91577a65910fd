import type { Column, FieldName } from '../../warehouse/vocabulary/fields.ts';
import { defineTable, type Table } from '../../warehouse/vocabulary/tables.ts';
import { clustersOf } from '../engine/model.ts';

/**
 * The tables of the ledger. They are append-only, and their columns are pinned: a new kind of money is a new account or a new kind of
 * entry. A closing builds its period into them.
 */

/**
 * The closings. A closed period is final: events recorded after its cutoff are booked in a later period. The secret must not leave the
 * warehouse: who has it and a statement's proof can find by trying what other creators are owed.
 */
export const closes = defineTable({
  name: 'ledger.closes',
  meaning: 'One row per closed period.',
  fields: [
    'period',
    'next_period',
    'cutoff_at',
    'closed_by',
    'posting_count',
    'format_version',
    'rules_hash',
    'blinding_secret',
    'seal',
    'previous_seal?',
  ],
  key: ['period'],
});

/** The texts of models, functions and seeds under which periods were closed. */
export const rules = defineTable({
  name: 'ledger.rules',
  meaning: 'One row per text of a rule, by its hash.',
  fields: ['rule_hash', 'rule_text'],
  key: ['rule_hash'],
});

/** Which facts are booked or in suspense, so that a later report of the same fact is recognised without reading history. */
export const factKeys = defineTable({
  name: 'ledger.fact_keys',
  meaning: 'One row per use of a closed period: the hashes of its id.',
  fields: ['period', 'key_hash', 'key_check'],
  key: ['key_hash', 'key_check'],
  layout: { partitionBy: 'period', clusterBy: ['period', 'key_hash'] },
});

/** What each closing has read, so that a row that appears or vanishes later is noticed. */
export const sourceCounts = defineTable({
  name: 'ledger.source_counts',
  meaning:
    'One row per closed period and raw table of its books: its rows that were recorded from the cutoff before to that of the period.',
  fields: ['period', 'source_table', 'recorded_from_at', 'recorded_until_at', 'row_count'],
  key: ['period', 'source_table'],
});

const books = <const C extends Column>(
  name: string,
  declaration: { fields: readonly C[]; key: readonly FieldName[] },
) =>
  defineTable({
    name: `ledger.${name}`,
    meaning: `The rows of tantieme.${name} of closed periods.`,
    ...declaration,
    layout: { partitionBy: 'period', clusterBy: clustersOf(declaration.fields) },
  });

/** The books of closed periods, by the name of their model. */
export const LEDGER_BOOKS: readonly Table[] = [
  books('sale_allocations', {
    fields: [
      'period',
      'movement_id',
      'creator_id',
      'movement_kind',
      'sale_id',
      'asset_id',
      'developer_id?',
      'license_type',
      'terms_id',
      'currency',
      'fee_bps',
      'share_bps',
      'gross_amount',
      'royalty_amount',
      'earned_period',
      'occurred_at',
    ],
    key: ['period', 'movement_id', 'creator_id'],
  }),
  books('payouts', {
    fields: [
      'period',
      'payout_id',
      'creator_id',
      'payout_period',
      'amount',
      'currency',
      'account_id_stripe',
      'transfer_id_stripe',
      'occurred_at',
      'recorded_at',
    ],
    key: ['period', 'payout_id'],
  }),
  books('payout_reversals', {
    fields: [
      'period',
      'reversal_id_stripe',
      'payout_id',
      'creator_id',
      'payout_period',
      'amount',
      'currency',
      'account_id_stripe',
      'transfer_id_stripe',
      'occurred_at',
      'recorded_at',
    ],
    key: ['period', 'reversal_id_stripe'],
  }),
  books('suspended_facts', {
    fields: [
      'period',
      'fact_kind',
      'fact_id',
      'exception_reason',
      'suspended_period',
      'asset_id?',
      'license_type?',
      'developer_id?',
      'creator_id?',
      'sale_id?',
      'suspended_amount?',
      'currency?',
      'units?',
      'reported_right?',
      'occurred_at',
      'recorded_at',
    ],
    key: ['period', 'fact_kind', 'fact_id'],
  }),
  books('flagged_facts', {
    fields: [
      'period',
      'fact_kind',
      'fact_id',
      'exception_reason',
      'flagged_period',
      'asset_id?',
      'developer_id?',
      'sale_id?',
      'flagged_amount?',
      'currency?',
      'message_id?',
      'other_message_id?',
      'other_amount?',
      'other_currency?',
      'occurred_at',
      'recorded_at',
    ],
    key: ['period', 'fact_kind', 'fact_id', 'exception_reason'],
  }),
  books('withholdings', {
    fields: [
      'period',
      'creator_id',
      'currency',
      'credited_on',
      'payer_country',
      'payee_status',
      'status_basis',
      'withholding_rule_id',
      'withholding_rate_ppm',
      'credited_amount',
      'taxable_amount',
      'withheld_minor',
      'withheld_of_year_minor',
      'not_given_back_minor',
    ],
    key: ['period', 'creator_id', 'currency', 'credited_on'],
  }),
  books('carried_fractions', {
    fields: ['period', 'creator_id', 'currency', 'carried_in_exact', 'carried_out_exact'],
    key: ['period', 'creator_id', 'currency'],
  }),
  books('statement_lines', {
    fields: [
      'period',
      'creator_id',
      'currency',
      'line_kind',
      'asset_id?',
      'license_type?',
      'earned_period',
      'terms_id?',
      'rate',
      'fee_bps',
      'share_bps',
      'revenue_event_count',
      'units',
      'correction_id?',
      'corrected_kind?',
      'corrected_id?',
      'correction_reason?',
      'gross_amount',
      'platform_fee_amount',
      'line_amount_exact',
      'line_amount_minor',
    ],
    key: ['period', 'creator_id', 'currency', 'line_kind', 'terms_id', 'earned_period', 'fee_bps', 'correction_id'],
  }),
  books('postings', {
    fields: [
      'journal_id',
      'period',
      'journal_kind',
      'journal_on',
      'source_reference',
      'account',
      'account_owner_id',
      'currency',
      'posting_amount',
    ],
    key: ['period', 'journal_id', 'account', 'account_owner_id', 'currency'],
  }),
  books('balances', {
    fields: [
      'period',
      'creator_id',
      'currency',
      'opening_minor',
      'earnings_minor',
      'refunds_minor',
      'adjustments_minor',
      'withheld_minor',
      'payouts_minor',
      'payout_reversals_minor',
      'closing_minor',
      'held_minor',
      'paid_ahead_minor',
      'minimum_minor',
      'payable_minor',
      'payout_reason',
      'account_id_stripe?',
      'carried_in_exact',
      'carried_out_exact',
    ],
    key: ['period', 'creator_id', 'currency'],
  }),
  books('period_totals', {
    fields: [
      'period',
      'currency',
      'buyers_net_amount',
      'creators_amount',
      'platform_fee_amount',
      'refunds_amount',
      'rounding_amount',
      'suspense_amount',
      'residual_amount',
    ],
    key: ['period', 'currency'],
  }),
];

/** Every table of the ledger. */
export const LEDGER_TABLES: readonly Table[] = [closes, rules, factKeys, sourceCounts, ...LEDGER_BOOKS];
