import type Stripe from 'stripe';

/**
 * Stripe's objects, complete and with the types of its client. Amounts are numbers of minor units as in Stripe's JSON; they are
 * always safe integers.
 */
export type Account = Stripe.Account & {
  readonly country: string;
  readonly created: number;
  readonly capabilities: Stripe.Account.Capabilities;
  readonly requirements: Stripe.Account.Requirements;
  readonly metadata: Stripe.Metadata;
};
export type Charge = Stripe.Charge;
export type Dispute = Stripe.Dispute;
export type Refund = Stripe.Refund;
export type Transfer = Stripe.Transfer;
export type TransferReversal = Stripe.TransferReversal;
export type ApplicationFee = Stripe.ApplicationFee;
export type FeeRefund = Stripe.FeeRefund;
export type Payout = Stripe.Payout;
export type Topup = Stripe.Topup;
export type BalanceTransaction = Stripe.BalanceTransaction;

/** Stripe shows no time for these; the local one needs it for their order. */
type Dated<T> = T & { readonly created: number };
export type BankAccount = Dated<Stripe.BankAccount>;
export type ReserveTransaction = Dated<Stripe.ReserveTransaction>;
type CollectionTransfer = Dated<Stripe.ConnectCollectionTransfer>;

/**
 * What the object of the same id takes from the balance or brings to it, where its own amount and the plain fee do not say
 * so: another currency, another rate, another fee, another balance. Never part of an answer. `back` is what is returned if it fails.
 */
export interface Settlement {
  readonly id: string;
  readonly object: 'settlement';
  readonly created: number;
  readonly currency: string;
  readonly amount: number;
  readonly back: number;
  readonly fee: number;
  /** Default: `payments`. */
  readonly balance_type?: string | undefined;
}

/** The reason of a balance transaction without an object of its own. Never part of an answer. */
export interface Movement {
  readonly id: string;
  readonly object: 'movement';
  readonly created: number;
  readonly currency: string;
  readonly net: number;
  readonly balance_type: string;
}

/** Every supported kind, by its `object` tag. */
export interface Kinds {
  account: Account;
  bank_account: BankAccount;
  charge: Charge;
  refund: Refund;
  dispute: Dispute;
  transfer: Transfer;
  transfer_reversal: TransferReversal;
  application_fee: ApplicationFee;
  fee_refund: FeeRefund;
  payout: Payout;
  topup: Topup;
  reserve_transaction: ReserveTransaction;
  connect_collection_transfer: CollectionTransfer;
  balance_transaction: BalanceTransaction;
  settlement: Settlement;
  movement: Movement;
}
export type Kind = keyof Kinds;
export type StripeObject = Kinds[Kind];

/** What a happening stores: objects of the platform, and those inside connected accounts. */
export interface Effects {
  readonly put: readonly StripeObject[];
  readonly connected?: readonly { readonly account: string; readonly put: readonly StripeObject[] }[];
}

/** Milliseconds as whole seconds, Stripe's unit of time. */
export function seconds(epochMs: number): number {
  return Math.floor(epochMs / 1000);
}
