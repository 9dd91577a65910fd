import Stripe from 'stripe';
import { NotFound } from '../../warehouse/errors.ts';
import { minorOf } from './amounts.ts';
import {
  type CreatedWindow,
  commonColumns,
  defineResource,
  everyObject,
  idOf,
  instantOf,
  money,
  type Resource,
} from './resource.ts';
import type { Send } from './retry.ts';
import * as tables from './tables.ts';

/** Stripe's enum values are stored unchanged, including new ones; staging interprets them. */

export const charge = defineResource<Stripe.Charge>({
  object: 'charge',
  table: tables.charges,
  endpoint: (stripe) => stripe.charges,
  columns: (record) => ({
    ...money(record),
    captured_minor: minorOf(record.amount_captured, record.currency),
    refunded_minor: minorOf(record.amount_refunded, record.currency),
    status_stripe: record.status,
    is_disputed: record.disputed,
    payment_intent_id_stripe: idOf(record.payment_intent),
    paying_account_id_stripe: payingAccountOf(record),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_balance_transaction_id_stripe: idOf(record.failure_balance_transaction),
    failure_code: record.failure_code,
    transfer_group: record.transfer_group,
    made_transfer_id_stripe: idOf(record.transfer ?? null),
    application_fee_id_stripe: idOf(record.application_fee),
    application_fee_minor:
      record.application_fee_amount === null ? null : minorOf(record.application_fee_amount, record.currency),
  }),
});

/** The source of a debit of a connected account is that account. Source: docs.stripe.com/connect/account-debits. */
function payingAccountOf({ source }: Stripe.Charge): string | null {
  return source?.object === 'account' ? source.id : null;
}

export const refund = defineResource<Stripe.Refund>({
  object: 'refund',
  table: tables.refunds,
  endpoint: (stripe) => stripe.refunds,
  columns: (record) => ({
    ...money(record),
    charge_id_stripe: idOf(record.charge),
    status_stripe: record.status,
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_balance_transaction_id_stripe: idOf(record.failure_balance_transaction),
  }),
});

export const dispute = defineResource<Stripe.Dispute>({
  object: 'dispute',
  table: tables.disputes,
  endpoint: (stripe) => stripe.disputes,
  columns: (record) => ({
    ...money(record),
    charge_id_stripe: idOf(record.charge),
    status_stripe: record.status,
    reason: record.reason,
  }),
});

export const transfer = defineResource<Stripe.Transfer>({
  object: 'transfer',
  table: tables.transfers,
  endpoint: (stripe) => stripe.transfers,
  columns: (record) => ({
    ...money(record),
    reversed_minor: minorOf(record.amount_reversed, record.currency),
    destination_account_id_stripe: idOf(record.destination) ?? '',
    transfer_group: record.transfer_group,
    balance_transaction_id_stripe: idOf(record.balance_transaction),
  }),
});

export const payout = defineResource<Stripe.Payout>({
  object: 'payout',
  table: tables.payouts,
  endpoint: (stripe) => stripe.payouts,
  columns: (record) => ({
    ...money(record),
    status_stripe: record.status,
    is_automatic: record.automatic,
    arrives_at: instantOf(record.arrival_date),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_balance_transaction_id_stripe: idOf(record.failure_balance_transaction),
    failure_code: record.failure_code,
  }),
});

export const topup = defineResource<Stripe.Topup>({
  object: 'topup',
  table: tables.topups,
  endpoint: (stripe) => stripe.topups,
  columns: (record) => ({
    ...money(record),
    status_stripe: record.status,
    balance_transaction_id_stripe: idOf(record.balance_transaction),
    failure_code: record.failure_code,
  }),
});

export const balanceTransaction = defineResource<Stripe.BalanceTransaction>({
  object: 'balance_transaction',
  table: tables.balanceTransactions,
  endpoint: (stripe) => stripe.balanceTransactions,
  columns: (record) => ({
    ...money(record),
    source_id_stripe: idOf(record.source),
    reporting_category: record.reporting_category,
    balance_transaction_type: record.type,
    balance_type: record.balance_type,
    status_stripe: record.status,
    available_at: instantOf(record.available_on),
    description_stripe: record.description,
    fee_minor: minorOf(record.fee, record.currency),
    fee_tax_minor: record.fee_details
      .filter(({ type }) => type === 'tax' || type === 'withheld_tax')
      .reduce((sum, { amount, currency }) => sum + minorOf(amount, currency), 0n),
    net_minor: minorOf(record.net, record.currency),
  }),
});

/** What gives the money of a transfer back. Source: docs.stripe.com/reports/balance-transaction-types. */
const REVERSAL_TYPES = ['transfer_refund', 'transfer_cancel', 'transfer_failure'] as const;

/**
 * Stripe lists reversals only by transfer, and a transfer of last year can be reversed today, so the transfers of a window do
 * not lead to the reversals made in it. The balance transaction of each reversal does. Its source is the complete reversal or, as
 * Stripe's own examples have it, the transfer: then all reversals of that are read, also those of other windows.
 * Source: docs.stripe.com/api/transfer_reversals/list.
 */
export const transferReversal: Resource<Stripe.TransferReversal> = {
  object: 'transfer_reversal',
  table: tables.transferReversals,
  canBeDeleted: false,
  listCount: REVERSAL_TYPES.length,
  async *list(stripe, created, { send }) {
    for (const type of REVERSAL_TYPES) {
      for await (const source of sourcesOf(stripe, { type, created }, send)) {
        if (isReversal(source)) yield source;
        else if (isTransfer(source)) yield* reversalsOf(stripe, source, send);
      }
    }
  },
  async retrieve(stripe, id) {
    const source = await sourceWithId(stripe, id);
    if (!isReversal(source)) throw new NotFound(`Stripe has no balance transaction of a transfer reversal ${id}.`);
    return source;
  },
  rowOf: (record) => ({
    ...commonColumns(record),
    ...money(record),
    transfer_id_stripe: idOf(record.transfer),
    source_refund_id_stripe: idOf(record.source_refund),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
  }),
};

/**
 * Stripe lists the refunds of application fees only by fee, so they are found like reversals: by their balance transactions. Without any, a key
 * needs no permission to read application fees. Source: docs.stripe.com/api/fee_refunds/list.
 */
export const applicationFeeRefund: Resource<Stripe.FeeRefund> = {
  object: 'fee_refund',
  table: tables.applicationFeeRefunds,
  canBeDeleted: false,
  listCount: 1,
  async *list(stripe, created, { send }) {
    for await (const source of sourcesOf(stripe, { type: 'application_fee_refund', created }, send))
      if (isFeeRefund(source)) yield source;
  },
  async retrieve(stripe, id) {
    const source = await sourceWithId(stripe, id);
    if (!isFeeRefund(source)) throw new NotFound(`Stripe has no balance transaction of a fee refund ${id}.`);
    return source;
  },
  rowOf: (record) => ({
    ...commonColumns(record),
    ...money(record),
    application_fee_id_stripe: idOf(record.fee),
    balance_transaction_id_stripe: idOf(record.balance_transaction),
  }),
};

type Source = Stripe.BalanceTransaction['source'] | undefined;

/** The sources of the balance transactions of a type that were created in a window. */
async function* sourcesOf(
  stripe: Stripe,
  query: { readonly type: string; readonly created: CreatedWindow },
  send: Send,
): AsyncGenerator<Source> {
  const expanded = { ...query, expand: ['data.source'] };
  const rows = everyObject((page) => stripe.balanceTransactions.list({ ...expanded, ...page }), send);
  for await (const { source } of rows) yield source;
}

async function sourceWithId(stripe: Stripe, id: string): Promise<Source> {
  const { data } = await stripe.balanceTransactions.list({ source: id, expand: ['data.source'], limit: 1 });
  return data[0]?.source;
}

function isReversal(source: Source): source is Stripe.TransferReversal {
  return typeof source === 'object' && source?.object === 'transfer_reversal';
}

function isTransfer(source: Source): source is Stripe.Transfer {
  return typeof source === 'object' && source?.object === 'transfer';
}

function isFeeRefund(source: Source): source is Stripe.FeeRefund {
  return typeof source === 'object' && source?.object === 'fee_refund';
}

/** A transfer contains its last ten reversals; if there are more, they are listed. */
export async function* reversalsOf(
  stripe: Stripe,
  { id, reversals }: Stripe.Transfer,
  send: Send,
): AsyncGenerator<Stripe.TransferReversal> {
  if (!reversals.has_more) yield* reversals.data;
  else yield* everyObject((page) => stripe.transfers.listReversals(id, page), send);
}

/** Accounts are the only kind that can disappear: deleted, or disconnected by their owner. Stripe then answers with a permission error. */
export const account: Resource<Stripe.Account | Stripe.DeletedAccount> = {
  object: 'account',
  table: tables.accounts,
  canBeDeleted: true,
  listCount: 1,
  list: (stripe, created, { send }) => everyObject((page) => stripe.accounts.list({ created, ...page }), send),
  async retrieve(stripe, id) {
    try {
      return await stripe.accounts.retrieve(id);
    } catch (error) {
      const isDeleted = error instanceof Stripe.errors.StripePermissionError && error.code === 'account_invalid';
      if (isDeleted) return { id, object: 'account', deleted: true };
      throw error;
    }
  },
  rowOf: (record) => ({
    ...commonColumns(record),
    is_deleted: record.deleted === true,
    ...(record.deleted !== true && {
      country: record.country ?? null,
      transfers_status: record.capabilities?.transfers ?? null,
      is_payable: record.payouts_enabled,
      is_submitted: record.details_submitted,
      disabled_reason: record.requirements?.disabled_reason ?? null,
      currently_due: listed(record.requirements?.currently_due),
      past_due: listed(record.requirements?.past_due),
      pending_verification: listed(record.requirements?.pending_verification),
      requirements_due_at: deadlineOf(record.requirements?.current_deadline),
      named_creator_id: record.metadata?.creator_id ?? null,
    }),
  }),
};

/** Stripe's names of what it requires, in its order; null if there are none. */
function listed(names: readonly string[] | null | undefined): string | null {
  return names && names.length > 0 ? names.join(', ') : null;
}

function deadlineOf(epochSeconds: number | null | undefined): string | null {
  return typeof epochSeconds === 'number' ? instantOf(epochSeconds) : null;
}

/** Every kind of the platform's records that is stored, in the order in which a pull reads them. */
export const RESOURCES: readonly Resource[] = [
  balanceTransaction,
  transfer,
  transferReversal,
  applicationFeeRefund,
  charge,
  refund,
  dispute,
  payout,
  topup,
  account,
];
