import type { ValueRow } from '../../../warehouse/warehouse.ts';

/** A row of a raw table, by the name of the table without its dataset. Amounts are decimals in units of the currency. */
export interface Reported {
  readonly table: string;
  readonly row: ValueRow;
}

interface Amounts {
  readonly amount: string;
  readonly tax?: string;
  readonly currency?: string;
}

/** A creator of each currency with one asset of one-time terms, and their connected account. */
const CREATORS: Readonly<Record<string, string>> = {
  ada: 'EUR',
  ben: 'EUR',
  cai: 'EUR',
  dee: 'EUR',
  eve: 'EUR',
  fay: 'EUR',
  gil: 'EUR',
  hal: 'EUR',
  ida: 'EUR',
  joe: 'EUR',
  usa: 'USD',
  kuw: 'KWD',
  jin: 'JPY',
};
export const CREATOR_NAMES = Object.keys(CREATORS);

export function creatorEvents(name: string): Reported[] {
  const [creator_id, asset_id, timestamp] = [`cr_${name}`, `asset_${name}`, '2025-12-01T00:00:00.000Z'];
  const splits = JSON.stringify([{ creator_id, share_bps: 10_000 }]);
  const terms = { terms_id: `terms_${name}`, license_type: 'one_time', rate: '1', currency: CREATORS[name] ?? 'EUR' };
  const account = { account_id_stripe: `acct_${name}`, account_status: 'active' };
  return [
    { table: 'creator_signed_up', row: { creator_id, creator_name: name, country: 'DE', timestamp } },
    { table: 'creator_kyc_completed', row: { creator_id, kyc_status: 'verified', timestamp } },
    { table: 'creator_payout_account_updated', row: { creator_id, ...account, timestamp } },
    { table: 'asset_uploaded', row: { asset_id, creator_id, asset_title: name, timestamp } },
    { table: 'asset_published', row: { asset_id, creator_id, ...terms, splits, timestamp } },
  ];
}

export interface Sale extends Amounts {
  readonly id: string;
  readonly at: string;
  /** The creator whose asset it is. */
  readonly of?: string;
  /** Default: `ch_` and the id. Null for what was free. */
  readonly charge?: string | null;
}

export function sold({ id, amount, tax = '0', currency = 'EUR', at, of = 'ada', charge = `ch_${id}` }: Sale): Reported {
  const row = { sale_id: id, license_id: `lic_${id}`, asset_id: `asset_${of}`, developer_id: 'dev_x' };
  const paid = { amount, tax_amount: tax, currency, charge_id_stripe: charge };
  return { table: 'license_purchased', row: { ...row, ...paid, timestamp: at } };
}

export interface Invoice extends Amounts {
  readonly id: string;
  readonly at: string;
  readonly charge?: string;
}

export function invoiced({ id, amount, tax = '0', currency = 'EUR', at, charge = `ch_${id}` }: Invoice): Reported {
  const row = { invoice_id: id, developer_id: 'dev_x', usage_period: at.slice(0, 7), charge_id_stripe: charge };
  return { table: 'usage_invoiced', row: { ...row, amount, tax_amount: tax, currency, timestamp: at } };
}

export interface Reduction extends Amounts {
  /** Our id; that of Stripe unless it says otherwise. */
  readonly id: string;
  readonly sale: string;
  readonly at: string;
  readonly stripe?: string;
}

export function refunded({ id, sale, at, amount, tax = '0', currency = 'EUR', stripe = id }: Reduction): Reported {
  const row = { refund_id: id, sale_id: sale, developer_id: 'dev_x', refund_id_stripe: stripe };
  return { table: 'license_refunded', row: { ...row, amount, tax_amount: tax, currency, timestamp: at } };
}

export function disputed({ id, sale, at, amount, tax = '0', currency = 'EUR', stripe = id }: Reduction): Reported {
  const row = { dispute_id: id, sale_id: sale, developer_id: 'dev_x', dispute_id_stripe: stripe };
  return { table: 'dispute_opened', row: { ...row, amount, tax_amount: tax, currency, timestamp: at } };
}

interface About {
  readonly id: string;
  readonly sale: string;
  readonly at: string;
}

export function decided({ id, sale, at }: About, dispute_outcome: 'won' | 'lost'): Reported {
  const row = { dispute_id: id, sale_id: sale, developer_id: 'dev_x', dispute_outcome, timestamp: at };
  return { table: 'dispute_closed', row };
}

export function disputeChanged({ id, sale, at }: About, what: 'reopened' | 'reversed'): Reported {
  return { table: `dispute_${what}`, row: { dispute_id: id, sale_id: sale, developer_id: 'dev_x', timestamp: at } };
}

export function refundFailed({ id, sale, at }: About): Reported {
  return { table: 'refund_failed', row: { refund_id: id, sale_id: sale, developer_id: 'dev_x', timestamp: at } };
}

export function chargeFailed({ sale, at }: Omit<About, 'id'>): Reported {
  return { table: 'charge_failed', row: { sale_id: sale, developer_id: 'dev_x', timestamp: at } };
}

/** Finance makes void what was reported by mistake. */
export function voided(corrected_kind: string, corrected_id: string, at: string): Reported {
  const decision = {
    correction_reason: 'Reported by mistake.',
    reference: 'ticket',
    proposed_by: 'ada',
    decided_by: 'ben',
  };
  const row = { correction_id: `cor_${corrected_id}`, corrected_kind, corrected_id, ...decision, timestamp: at };
  return { table: 'correction_approved', row };
}

export interface Payment {
  readonly creator: string;
  readonly period: string;
  readonly amount: string;
  readonly currency: string;
  readonly transfer: string;
  readonly at: string;
  /** Default: derived from creator, period and currency. */
  readonly id?: string;
}

export function paid({
  creator,
  period,
  amount,
  currency,
  transfer,
  at,
  id = `po_${creator}_${period}_${currency}`,
}: Payment): Reported {
  const row = { payout_id: id, batch_id: `batch_${period}`, creator_id: creator, payout_period: period };
  const sent = { amount, currency, account_id_stripe: creator.replace('cr_', 'acct_'), transfer_id_stripe: transfer };
  return { table: 'payout_sent', row: { ...row, ...sent, timestamp: at } };
}

/** What Stripe has reversed of the transfer of a payout, as `paid` reports it. */
export function payoutReversed({ row }: Reported, back: { id: string; amount: string; at: string }): Reported {
  const { id: reversal_id_stripe, amount, at: timestamp } = back;
  return { table: 'payout_reversed', row: { ...row, reversal_id_stripe, amount, timestamp } };
}
