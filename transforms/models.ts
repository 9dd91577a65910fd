import type { Model } from './engine/model.ts';
import { intAllocations } from './intermediate/int_allocations.ts';
import { intAssetOwners } from './intermediate/int_asset_owners.ts';
import { intBalanceAdjustments } from './intermediate/int_balance_adjustments.ts';
import { intCashMovements } from './intermediate/int_cash_movements.ts';
import { intComparedFlows } from './intermediate/int_compared_flows.ts';
import { intConfirmedCorrections } from './intermediate/int_confirmed_corrections.ts';
import { intConsents } from './intermediate/int_consents.ts';
import { intCorrectedUses } from './intermediate/int_corrected_uses.ts';
import { intCorrectionChains } from './intermediate/int_correction_chains.ts';
import { intCorrections } from './intermediate/int_corrections.ts';
import { intDevelopersElsewhere } from './intermediate/int_developers_elsewhere.ts';
import { intDisputedSales } from './intermediate/int_disputed_sales.ts';
import { intDoubtfulSales } from './intermediate/int_doubtful_sales.ts';
import { intEarlierCredits } from './intermediate/int_earlier_credits.ts';
import { intEarlierShares } from './intermediate/int_earlier_shares.ts';
import { intFactFlows } from './intermediate/int_fact_flows.ts';
import { intFees } from './intermediate/int_fees.ts';
import { intFirstReports } from './intermediate/int_first_reports.ts';
import { intHolders } from './intermediate/int_holders.ts';
import { intIncomeSources } from './intermediate/int_income_sources.ts';
import { intInvoiceDifferences } from './intermediate/int_invoice_differences.ts';
import { intJudgedCorrections } from './intermediate/int_judged_corrections.ts';
import { intJudgedReductions } from './intermediate/int_judged_reductions.ts';
import { intKnownCorrections } from './intermediate/int_known_corrections.ts';
import { intKnownMovements } from './intermediate/int_known_movements.ts';
import { intLedgerMovements } from './intermediate/int_ledger_movements.ts';
import { intMatches } from './intermediate/int_matches.ts';
import { intMovements } from './intermediate/int_movements.ts';
import { intObjectLinks } from './intermediate/int_object_links.ts';
import { intOpenPeriods } from './intermediate/int_open_periods.ts';
import { intPayoutReversals } from './intermediate/int_payout_reversals.ts';
import { intPayouts } from './intermediate/int_payouts.ts';
import { intPeriodAssignments } from './intermediate/int_period_assignments.ts';
import { intRates } from './intermediate/int_rates.ts';
import { intReducedSales } from './intermediate/int_reduced_sales.ts';
import { intReductions } from './intermediate/int_reductions.ts';
import { intRepeatedUses } from './intermediate/int_repeated_uses.ts';
import { intReports } from './intermediate/int_reports.ts';
import { intSaleMovements } from './intermediate/int_sale_movements.ts';
import { intSales } from './intermediate/int_sales.ts';
import { intStripeMovements } from './intermediate/int_stripe_movements.ts';
import { intStripeObjects } from './intermediate/int_stripe_objects.ts';
import { intTaxSettings } from './intermediate/int_tax_settings.ts';
import { intTaxes } from './intermediate/int_taxes.ts';
import { intTerms } from './intermediate/int_terms.ts';
import { intTouchedFacts } from './intermediate/int_touched_facts.ts';
import { intTouchedFlows } from './intermediate/int_touched_flows.ts';
import { intTouchedObjects } from './intermediate/int_touched_objects.ts';
import { intTouchedTransactions } from './intermediate/int_touched_transactions.ts';
import { intUnclearFlows } from './intermediate/int_unclear_flows.ts';
import { intUnclearLedgerMovements } from './intermediate/int_unclear_ledger_movements.ts';
import { intUnclearMovements } from './intermediate/int_unclear_movements.ts';
import { intUsageByDeveloper } from './intermediate/int_usage_by_developer.ts';
import { intUsageByTerms } from './intermediate/int_usage_by_terms.ts';
import { intUsageElsewhere } from './intermediate/int_usage_elsewhere.ts';
import { intUseReversals } from './intermediate/int_use_reversals.ts';
import { intUses } from './intermediate/int_uses.ts';
import { intVoidedFacts } from './intermediate/int_voided_facts.ts';
import { intWithholdingRates } from './intermediate/int_withholding_rates.ts';
import { intUnclearFacts, intUnclearObjects, intUnclearTransactions } from './intermediate/unclear.ts';
import { assets } from './marts/assets.ts';
import { balances } from './marts/balances.ts';
import { bankBridge } from './marts/bank_bridge.ts';
import { breakCreators } from './marts/break_creators.ts';
import { breaks } from './marts/breaks.ts';
import { carriedFractions } from './marts/carried_fractions.ts';
import { closedPeriods } from './marts/closed_periods.ts';
import { connectedAccounts } from './marts/connected_accounts.ts';
import { connectedBalances } from './marts/connected_balances.ts';
import { connectedPayouts } from './marts/connected_payouts.ts';
import { creatorMilestones } from './marts/creator_milestones.ts';
import { creators } from './marts/creators.ts';
import { dailyActivity } from './marts/daily_activity.ts';
import { dailyMoney } from './marts/daily_money.ts';
import { dates } from './marts/dates.ts';
import { developerRetention } from './marts/developer_retention.ts';
import { developerSpend } from './marts/developer_spend.ts';
import { developers } from './marts/developers.ts';
import { exceptions } from './marts/exceptions.ts';
import { flaggedFacts } from './marts/flagged_facts.ts';
import { monthlyBalances } from './marts/monthly_balances.ts';
import { months } from './marts/months.ts';
import { payoutReversals } from './marts/payout_reversals.ts';
import { payoutStates } from './marts/payout_states.ts';
import { payoutSteps } from './marts/payout_steps.ts';
import { payouts } from './marts/payouts.ts';
import { periodTotals } from './marts/period_totals.ts';
import { postings } from './marts/postings.ts';
import { quarantineTotals } from './marts/quarantine_totals.ts';
import { quarantinedEvents } from './marts/quarantined_events.ts';
import { reconciliations } from './marts/reconciliations.ts';
import { royalties } from './marts/royalties.ts';
import { saleAllocations } from './marts/sale_allocations.ts';
import { statementLines } from './marts/statement_lines.ts';
import { stripeBridge } from './marts/stripe_bridge.ts';
import { stripeReportDifferences } from './marts/stripe_report_differences.ts';
import { suspendedFacts } from './marts/suspended_facts.ts';
import { withholdings } from './marts/withholdings.ts';
import { stgRudderAssetTerms } from './staging/stg_rudder__asset_terms.ts';
import { stgRudderAssets } from './staging/stg_rudder__assets.ts';
import { stgRudderBankEntries } from './staging/stg_rudder__bank_entries.ts';
import { stgRudderBankStatements } from './staging/stg_rudder__bank_statements.ts';
import { stgRudderCorrections } from './staging/stg_rudder__corrections.ts';
import { stgRudderCreatorKyc } from './staging/stg_rudder__creator_kyc.ts';
import { stgRudderCreatorPayers } from './staging/stg_rudder__creator_payers.ts';
import { stgRudderCreators } from './staging/stg_rudder__creators.ts';
import { stgRudderDevelopers } from './staging/stg_rudder__developers.ts';
import { stgRudderDisputeOutcomes } from './staging/stg_rudder__dispute_outcomes.ts';
import { stgRudderDisputes } from './staging/stg_rudder__disputes.ts';
import { stgRudderPayoutAccountIntervals } from './staging/stg_rudder__payout_account_intervals.ts';
import { stgRudderPayoutAccounts } from './staging/stg_rudder__payout_accounts.ts';
import { stgRudderPayoutReversals } from './staging/stg_rudder__payout_reversals.ts';
import { stgRudderPayouts } from './staging/stg_rudder__payouts.ts';
import { stgRudderRefunds } from './staging/stg_rudder__refunds.ts';
import { stgRudderSales } from './staging/stg_rudder__sales.ts';
import { stgRudderTaxSettings } from './staging/stg_rudder__tax_settings.ts';
import { stgRudderTaxStatuses } from './staging/stg_rudder__tax_statuses.ts';
import { stgRudderUsageInvoices } from './staging/stg_rudder__usage_invoices.ts';
import { stgRudderUses } from './staging/stg_rudder__uses.ts';
import { stgStripeAccounts } from './staging/stg_stripe__accounts.ts';
import { stgStripeApplicationFeeRefunds } from './staging/stg_stripe__application_fee_refunds.ts';
import { stgStripeBalanceTransactions } from './staging/stg_stripe__balance_transactions.ts';
import { stgStripeCharges } from './staging/stg_stripe__charges.ts';
import { stgStripeConnectedBalances } from './staging/stg_stripe__connected_balances.ts';
import { stgStripeConnectedPayouts } from './staging/stg_stripe__connected_payouts.ts';
import { stgStripeDisputes } from './staging/stg_stripe__disputes.ts';
import { stgStripeExternalAccounts } from './staging/stg_stripe__external_accounts.ts';
import { stgStripePayouts } from './staging/stg_stripe__payouts.ts';
import { stgStripeRefunds } from './staging/stg_stripe__refunds.ts';
import { stgStripeReportLines } from './staging/stg_stripe__report_lines.ts';
import { stgStripeTopups } from './staging/stg_stripe__topups.ts';
import { stgStripeTransferReversals } from './staging/stg_stripe__transfer_reversals.ts';
import { stgStripeTransfers } from './staging/stg_stripe__transfers.ts';

/** All models; their build order follows from what they read. */
export const MODELS: readonly Model[] = [
  stgRudderCreators,
  stgRudderCreatorKyc,
  stgRudderPayoutAccounts,
  stgRudderPayoutAccountIntervals,
  stgRudderTaxStatuses,
  stgRudderTaxSettings,
  stgRudderCreatorPayers,
  stgRudderDevelopers,
  stgRudderAssets,
  stgRudderAssetTerms,
  stgRudderSales,
  stgRudderUses,
  stgRudderRefunds,
  stgRudderDisputes,
  stgRudderDisputeOutcomes,
  stgRudderUsageInvoices,
  stgRudderPayouts,
  stgRudderPayoutReversals,
  stgRudderBankEntries,
  stgRudderBankStatements,
  stgRudderCorrections,
  stgStripeBalanceTransactions,
  stgStripeCharges,
  stgStripeDisputes,
  stgStripePayouts,
  stgStripeRefunds,
  stgStripeTopups,
  stgStripeTransferReversals,
  stgStripeApplicationFeeRefunds,
  stgStripeTransfers,
  stgStripeAccounts,
  stgStripeConnectedPayouts,
  stgStripeConnectedBalances,
  stgStripeExternalAccounts,
  stgStripeReportLines,
  intAssetOwners,
  intConsents,
  intTerms,
  intFees,
  intRates,
  intConfirmedCorrections,
  intCorrectionChains,
  intKnownCorrections,
  intCorrections,
  intVoidedFacts,
  intCorrectedUses,
  intRepeatedUses,
  intUses,
  intUseReversals,
  intUsageByTerms,
  intUsageByDeveloper,
  intReports,
  intFirstReports,
  intDoubtfulSales,
  intSales,
  intReductions,
  intEarlierShares,
  intReducedSales,
  intJudgedReductions,
  intDisputedSales,
  intSaleMovements,
  intBalanceAdjustments,
  intJudgedCorrections,
  intMovements,
  intHolders,
  intOpenPeriods,
  intPeriodAssignments,
  intAllocations,
  intTaxSettings,
  intDevelopersElsewhere,
  intUsageElsewhere,
  intEarlierCredits,
  intIncomeSources,
  intWithholdingRates,
  intPayouts,
  intPayoutReversals,
  intFactFlows,
  intObjectLinks,
  intTouchedFlows,
  intTouchedTransactions,
  intTouchedObjects,
  intTouchedFacts,
  intKnownMovements,
  intCashMovements,
  intTaxes,
  intInvoiceDifferences,
  intComparedFlows,
  intUnclearFlows,
  intUnclearTransactions,
  intUnclearObjects,
  intUnclearFacts,
  intLedgerMovements,
  intStripeMovements,
  intStripeObjects,
  intUnclearMovements,
  intUnclearLedgerMovements,
  intMatches,
  saleAllocations,
  royalties,
  payouts,
  payoutReversals,
  suspendedFacts,
  flaggedFacts,
  exceptions,
  carriedFractions,
  withholdings,
  postings,
  stripeBridge,
  bankBridge,
  statementLines,
  balances,
  periodTotals,
  reconciliations,
  breaks,
  breakCreators,
  quarantinedEvents,
  quarantineTotals,
  connectedAccounts,
  connectedBalances,
  connectedPayouts,
  payoutSteps,
  payoutStates,
  stripeReportDifferences,
  dailyActivity,
  dailyMoney,
  creatorMilestones,
  developerSpend,
  developerRetention,
  monthlyBalances,
  closedPeriods,
  creators,
  developers,
  assets,
  months,
  dates,
];
