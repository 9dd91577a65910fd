import type { Acts } from '../stripe/acts.ts';
import { ms } from './base-payments.ts';

/** What moves between Stripe and the platform alone, every kind that is correct. No service reports it. */

const on = (day: string): number => ms(`2026-${day}T08:00:00.000Z`);

/** The balances that January begins with. */
export function fundBalances(stripe: Acts): void {
  const funded = { created_at_ms: on('01-02') };
  stripe.topup({ id: 'tu_eur', amount_minor: 5_000_00, currency: 'eur', ...funded });
  stripe.topup({ id: 'tu_usd', amount_minor: 1_000_00, currency: 'usd', initiated_by: 'stripe', ...funded });
  stripe.topup({ id: 'tu_kwd', amount_minor: 1_000_000, currency: 'kwd', ...funded });
  stripe.topup({ id: 'tu_jpy', amount_minor: 50_000, currency: 'jpy', ...funded });
  const balance_type = 'refund_and_dispute_prefunding';
  stripe.topup({ id: 'tu_prefunding', amount_minor: 200_00, currency: 'eur', balance_type, ...funded });
}

export function januaryPlatform(stripe: Acts): void {
  topups(stripe);
  stripe.connectReserve({ id: 'rtx_1', amount_minor: 90_00, currency: 'eur', created_at_ms: on('01-10') });
  stripe.connectReserve({ id: 'rtx_2', amount_minor: -20_00, currency: 'eur', created_at_ms: on('01-12') });
  const setup = { reporting_category: 'fee', type: 'stripe_fee', currency: 'eur', created_at_ms: on('01-09') };
  stripe.movement({ id: 'txn_setup', ...setup, amount_minor: -40_00 });
  for (const currency of ['gbp', 'chf']) {
    stripe.movement({ id: `txn_owed_${currency}`, ...setup, currency, amount_minor: -5_00 });
  }
  monthly(stripe, '01');
  reserves(stripe);
  bankPayouts(stripe);
}

/** By hand, and by the schedule: these are the sum of what they carry, so they come after all else. */
function bankPayouts(stripe: Acts): void {
  const made = { currency: 'eur', created_at_ms: on('01-30') } as const;
  const byHand = { automatic: false, method: 'instant', amount_minor: 40_00, fee_minor: 60 } as const;
  for (const id of ['po_by_hand', 'po_by_hand_too']) {
    stripe.payout({ ...made, ...byHand, id });
    stripe.endPayout({ id, status: 'paid', at_ms: on('01-30') });
  }
  const payout = { ...made, automatic: true, arrival_at_ms: on('02-02') } as const;
  stripe.payout({ ...payout, id: 'po_automatic', minimum_balance_minor: 5_200_00 });
  stripe.payout({ ...payout, id: 'po_minimum', minimum_balance_minor: 5_180_00 });
  const listed = { currency: 'usd', minimum_balance_minor: 900_00, carries_release: true };
  stripe.payout({ ...payout, ...listed, id: 'po_listed' });
  const debit = { ...payout, is_bank_debit: true };
  stripe.payout({ ...debit, id: 'po_bank_debit', currency: 'gbp' });
  stripe.payout({ ...debit, id: 'po_bank_debit_positive', currency: 'chf', shows_positive: true });
}

function topups(stripe: Acts): void {
  const pending = { currency: 'eur', created_at_ms: on('01-20'), status: 'pending' } as const;
  stripe.topup({ id: 'tu_clears', amount_minor: 70_00, ...pending });
  stripe.endTopup({ id: 'tu_clears', status: 'succeeded', at_ms: on('01-23') });
  stripe.topup({ id: 'tu_fails', amount_minor: 80_00, ...pending });
  stripe.endTopup({ id: 'tu_fails', status: 'failed', at_ms: on('01-23') });
  stripe.topup({ id: 'tu_canceled', amount_minor: 80_00, ...pending });
  stripe.endTopup({ id: 'tu_canceled', status: 'canceled', at_ms: on('01-21') });
}

/** Fees with tax, a fee that is given back, the costs of the networks, and the tax on all. */
function monthly(stripe: Acts, month: string): void {
  const given = { currency: 'eur', created_at_ms: on(`${month}-28`) };
  const rows = [
    { id: 'billing', reporting_category: 'fee', type: 'stripe_fee', amount_minor: -12_34, description: 'Billing' },
    { id: 'credit', reporting_category: 'fee', type: 'stripe_fee', amount_minor: 1_00, description: 'Correction' },
    { id: 'fx', reporting_category: 'fee', type: 'stripe_fx_fee', amount_minor: -2_00 },
    { id: 'network', reporting_category: 'network_cost', type: 'network_cost', amount_minor: -3_21 },
    { id: 'taxed', reporting_category: 'fee', type: 'stripe_fee', amount_minor: 0, fee_minor: 5_95, tax_minor: 95 },
    { id: 'vat', reporting_category: 'tax', type: 'tax_fee', amount_minor: -2_58 },
  ];
  for (const { id, ...row } of rows) stripe.movement({ id: `txn_${id}_${month}`, ...row, ...given });
}

const RISK = { reporting_category: 'risk_reserved_funds', currency: 'eur' } as const;
const RESERVED = { ...RISK, balance_type: 'risk_reserved' } as const;

/** Money held back, moved ahead, or in another balance than that of payments. */
function reserves(stripe: Acts): void {
  const held = { currency: 'eur', created_at_ms: on('01-15') };
  stripe.movement({ ...RISK, ...held, id: 'txn_hold', type: 'reserve_hold', amount_minor: -50_00 });
  stripe.movement({ ...RESERVED, ...held, id: 'txn_held', type: 'reserve_hold', amount_minor: 50_00 });
  stripe.movement({ ...held, ...network('hold'), amount_minor: -9_00 });
  stripe.movement({ ...held, id: 'txn_ahead', reporting_category: 'advance', type: 'advance', amount_minor: 60_00 });
  const funding = { reporting_category: 'advance_funding', type: 'advance_funding', amount_minor: -60_00 };
  stripe.movement({ ...held, ...funding, id: 'txn_ahead_funding' });
  const issuing = { balance_type: 'issuing', source: 'ipi_1', currency: 'eur', created_at_ms: on('01-18') } as const;
  const bought = { reporting_category: 'issuing_transaction', type: 'issuing_transaction', amount_minor: -4_00 };
  const funded = { reporting_category: 'other_adjustment', type: 'adjustment', amount_minor: 10_00 };
  stripe.movement({ ...issuing, ...funded, id: 'txn_issuing_funds' });
  stripe.movement({ ...issuing, ...bought, id: 'txn_issuing' });
}

function network(what: 'hold' | 'release') {
  const name = `payment_network_reserve_${what}`;
  return { id: `txn_network_${what}`, reporting_category: name, type: name };
}

export function februaryPlatform(stripe: Acts): void {
  monthly(stripe, '02');
  for (const id of ['po_automatic', 'po_minimum', 'po_listed', 'po_bank_debit', 'po_bank_debit_positive']) {
    stripe.endPayout({ id, status: 'paid', at_ms: on('02-02') });
  }
  const back = { currency: 'eur', created_at_ms: on('02-15') };
  stripe.movement({ ...RISK, ...back, id: 'txn_release', type: 'reserve_release', amount_minor: 50_00 });
  stripe.movement({ ...RESERVED, ...back, id: 'txn_released', type: 'reserve_release', amount_minor: -50_00 });
  stripe.movement({ ...back, ...network('release'), amount_minor: 9_00 });
  const given = { account: 'acct_joe', currency: 'eur', created_at_ms: on('02-20') };
  stripe.collectFromReserve({ ...given, id: 'connct_1', amount_minor: 30_00, release: 'rtx_3' });
  stripe.collectFromReserve({ ...given, id: 'connct_2', amount_minor: 10_00 });
  const automatic = { currency: 'eur', created_at_ms: on('02-26'), automatic: true };
  stripe.payout({ id: 'po_february', minimum_balance_minor: 3_000_00, ...automatic });
}
