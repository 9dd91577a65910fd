/** What makes each check fail, on what is built. */
export const BREAKING: Readonly<Record<string, string>> = {
  allocations_equal_movement: `update steps.int_allocations set gross_amount = gross_amount + 0.000000001 where creator_id = 'cr_ada'`,
  fees_do_not_overlap: `insert into seeds.platform_fees by name select license_type, fee_bps + 1 as fee_bps, date '2026-01-10' as effective_from_on from seeds.platform_fees where effective_until_on is null`,
  journal_sums_to_zero: `update draft.postings set posting_amount = posting_amount - 0.000000001 where journal_id = 'sale:sale_1' and account = 'platform_revenue'`,
  clearing_ends_at_zero: `update draft.postings set posting_amount = posting_amount + 1 where account = 'usage_clearing'`,
  closing_balance_adds_up: `update draft.balances set opening_minor = opening_minor + 1 where creator_id = 'cr_ada' and currency = 'USD'`,
  statement_equals_postings: `update draft.postings set posting_amount = posting_amount + 0.01 where account = 'creators_payable'`,
  every_use_once: `delete from steps.int_uses where use_id = 'use_1'`,
  every_fact_once: `insert into steps.int_movements select * from steps.int_movements where revenue_event_kind = 'use'`,
  bridge_closes: `update tantieme.stripe_bridge set net_minor = net_minor + 1 where currency = 'EUR' and bridge_line = 'closing'`,
  balances_as_at_stripe: `insert into stripe.balance_transactions by name select 'txn_new' as id_stripe, * exclude (id_stripe) from stripe.balance_transactions where id_stripe = 'txn_1'`,
  withheld_equals_postings: `update draft.withholdings set withheld_minor = 1`,
  withheld_within_taxable: `update draft.withholdings set not_given_back_minor = -1`,
  no_residual: `update draft.period_totals set residual_amount = -0.000000001 where currency = 'JPY'`,
};

/** By what tax is withheld, as values of columns. */
export const WITHHELD_BY = `'US' as payer_country, 'foreign' as payee_status, 'documented' as status_basis, 'US-foreign' as withholding_rule_id, 300000 as withholding_rate_ppm`;

const CORRECTION = `'cor_9' as correction_id, false as is_partial, timestamptz '2026-01-09' as occurred_at, timestamptz '2026-01-10' as recorded_at`;

/** A row of each step that has none in this month, for corrections and taxes withheld: the values of its required columns. */
export const MISSING_ROWS: Readonly<Record<string, string>> = {
  'steps.int_known_corrections': CORRECTION,
  'steps.int_corrections': `${CORRECTION},
    true as is_of_period, false as was_in_force, false as is_in_force, false as is_last`,
  'steps.int_repeated_uses': `'use_9' as use_id, 1 as report_rank, 'm9' as message_id, timestamptz '2026-01-09' as occurred_at,
    timestamptz '2026-01-10' as recorded_at, false as was_booked`,
  'steps.int_voided_facts': `'sale' as fact_kind, 'sale_9' as fact_id, true as was_voided, true as is_voided`,
  'steps.int_corrected_uses': `'use_9' as use_id, 'cor_9' as correction_id, false as is_voided, timestamptz '2026-01-09' as occurred_at`,
  'steps.int_use_reversals': `'use_9' as use_id, 'cor_9' as correction_id, timestamptz '2026-01-09' as occurred_at`,
  'steps.int_balance_adjustments': `'cor_9' as correction_id, 'cr_ada' as creator_id, timestamptz '2026-01-09' as occurred_at`,
  'steps.int_tax_settings': `'main' as payer_id, 'US' as payer_country, 'as_foreign' as undocumented_treatment, date '2026-02-01' as credited_on`,
  'steps.int_developers_elsewhere': `'US' as payer_country, 'dev_9' as developer_id`,
  'steps.int_usage_elsewhere': `'US' as payer_country, 'terms_9' as terms_id, 2000 as fee_bps, '2026-01' as earned_period, 1 as elsewhere_amount`,
  'steps.int_earlier_credits': `9 as movement_number, 'cr_ada' as creator_id, 'EUR' as currency, '2025-12' as credited_period, date '2026-01-01' as credited_on, 4 as royalty_amount`,
  'steps.int_income_sources': `9 as movement_number, 'US' as payer_country, date '2026-02-01' as credited_on, 1000000 as payer_source_ppm`,
  'steps.int_withholding_rates': `'cr_ada' as creator_id, date '2026-02-01' as credited_on, ${WITHHELD_BY}, true as is_payer_source_only`,
  'steps.int_judged_corrections': `'cor_9' as correction_id, timestamptz '2026-01-09' as occurred_at, timestamptz '2026-01-10' as recorded_at`,
};
