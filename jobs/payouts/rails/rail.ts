import type { BankRail } from '../../../warehouse/operational/bank-tables.ts';

export const BANK_RAILS = ['sepa', 'ach'] as const satisfies readonly BankRail[];

/** How a payout reaches its creator: by a transfer at Stripe, or by a file that the platform's bank takes. */
export type RailName = 'stripe' | BankRail;

/** The request for a transfer, which is fixed when a payout is planned. */
export interface TransferBody {
  /** In the units of the provider. */
  readonly amount: number;
  /** Lower-case. */
  readonly currency: string;
  readonly destination: string;
  /** Unique to the payout: each group has one transfer. */
  readonly transfer_group: string;
  readonly metadata: { readonly payout_id: string; readonly batch_id: string; readonly creator_id: string };
}

/** A payout before it has a request. */
export interface PayoutToMake {
  readonly payout_id: string;
  readonly batch_id: string;
  readonly creator_id: string;
  /** Minor units that the rail can pay: see `transferableOf`. */
  readonly amount_minor: bigint;
  /** Upper-case. */
  readonly currency: string;
  /** The account of the creator at the provider of the rail. */
  readonly account_id: string;
}

/** A transfer that exists, and that is not reversed as a whole. */
export interface MadeTransfer {
  readonly transfer_id: string;
  readonly transfer_group: string;
  readonly amount_minor: bigint;
  /** What was reversed of it: 0 or more, and less than the amount. */
  readonly amount_reversed_minor: bigint;
  /** Upper-case. */
  readonly currency: string;
  /** The account that it went to; null if the provider names none. */
  readonly account_id: string | null;
  /** A UTC instant. */
  readonly created_at: string;
  /** The same in the form of the request, to compare them exactly. */
  readonly terms: Pick<TransferBody, 'amount' | 'currency'> & { readonly destination: string | null };
}

/** What follows when a rail refuses a request. */
export type AfterRefusal =
  /** The answer is stored under the key: look up, then use another key. */
  | 'new_key'
  /** Look up, then another key, once the balance that pays for it suffices. */
  | 'wait_for_funds'
  /** Look up, then another key, once the account can receive it. */
  | 'wait_for_account'
  /** The fault is not of this request: every other would be refused as well. */
  | 'stop_batch'
  /** It would be refused for ever: it ends, once a look-up has found nothing. */
  | 'fail'
  /** A person must decide. */
  | 'hold';

/** It may or may not have been done; only the same request with the same key may be sent. */
export interface Unknown {
  readonly outcome: 'unknown';
  readonly reason: string;
}

export interface Refused {
  readonly outcome: 'refused';
  /** The provider's code; without one, its status. */
  readonly code: string;
  /** What it means and what the provider says, in a sentence. */
  readonly reason: string;
  readonly next: AfterRefusal;
  /**
   * Whether the key must not be used again. If not, the refusal came before the key was looked at: an earlier request with it may have
   * been executed, and its outcome is as unknown as before.
   */
  readonly keyIsSpent: boolean;
}

export type RequestOutcome =
  | { readonly outcome: 'made'; readonly transfer: MadeTransfer }
  /** Nothing was sent: it might not start when it was its turn. */
  | { readonly outcome: 'not_started' }
  | Unknown
  | Refused;

export interface MadeReversal {
  readonly reversal_id: string;
  readonly transfer_id: string;
  readonly amount_minor: bigint;
  /** Upper-case. */
  readonly currency: string;
  /** A UTC instant. */
  readonly created_at: string;
  /** The key with which we requested it; null if somebody else reversed the transfer. */
  readonly key: string | null;
}

export type ReversalOutcome = { readonly outcome: 'made'; readonly reversal: MadeReversal } | Unknown | Refused;

export interface ReversalRequest {
  readonly transferId: string;
  /** Without it, all that is not reversed yet. The amount must be one that the rail can pay. */
  readonly part?: { readonly amount_minor: bigint; readonly currency: string };
  readonly key: string;
  /** For the records of the provider; cut off after 500 characters. */
  readonly reason: string;
}

/** What the provider says of an account now. */
export interface PayoutAccount {
  readonly account_id: string;
  /** Whether the provider shows it to us: it is neither deleted nor disconnected. */
  readonly exists: boolean;
  /** The provider's word for whether it can receive transfers; null if it names none. */
  readonly transfers_status: string | null;
  /** Whether it can pay out to a bank. A transfer does not need that: the money waits on its balance. */
  readonly payouts_enabled: boolean;
  readonly disabled_reason: string | null;
  /** Two letters, upper-case. */
  readonly country: string | null;
  /** Upper-case. */
  readonly default_currency: string | null;
  /** The currencies in which it has a bank account, upper-case; null if that is not known. */
  readonly bank_currencies: readonly string[] | null;
  /** The creator whom it names. */
  readonly creator_id: string | null;
}

/** A provider that takes requests one by one and can be asked what it has; `bank/` is for banks, which take files. Its reads throw `Unavailable` if the provider does not answer, because that proves nothing. */
export interface PayoutRail {
  /** `stripe_transfers`. */
  readonly name: string;
  /** The most of an amount that the rail can pay, in minor units; the rest stays owed. */
  transferableOf(amount_minor: bigint, currency: string): bigint;
  /** The request for a payout, which is fixed when it is planned; undefined if the rail cannot express its amount, or if that is 0. */
  requestOf(payout: PayoutToMake): TransferBody | undefined;
  /** The transfers of a batch created since an instant (ms since 1970), by transfer group. */
  made(batch: { readonly batchId: string; readonly since: number }): Promise<Map<string, MadeTransfer[]>>;
  /** The transfers in the group of a request, whatever else they differ in: see `differenceFrom`. Empty proves that there is none. */
  find(body: Pick<TransferBody, 'transfer_group'>): Promise<MadeTransfer[]>;
  /**
   * Requests the transfer. What is `made` may differ from the request: see `differenceFrom`. `mayStart` is asked when it is the request's turn,
   * right before it leaves.
   */
  request(request: {
    readonly body: TransferBody;
    readonly key: string;
    readonly mayStart?: () => boolean;
  }): Promise<RequestOutcome>;
  readAccount(accountId: string): Promise<PayoutAccount>;
  /** The currencies of the balance that payouts are made from, upper-case, also those of which it has nothing now. */
  heldCurrencies(): Promise<ReadonlySet<string>>;
  /** Takes a transfer back from the account, as far as its balance suffices. */
  reverse(request: ReversalRequest): Promise<ReversalOutcome>;
  /** Every reversal of a transfer, oldest first: to look up what became of a request. */
  reversalsOf(transferId: string): Promise<MadeReversal[]>;
}

/** In what a transfer differs from its request, in a sentence that names it; undefined if it is the one that was requested. */
export function differenceFrom(body: TransferBody, transfer: MadeTransfer): string | undefined {
  const { terms, transfer_id, transfer_group } = transfer;
  const made = { ...terms, transfer_group };
  const differences = (['amount', 'currency', 'destination', 'transfer_group'] as const)
    .filter((name) => made[name] !== body[name])
    .map((name) => `its ${name} is ${made[name]} and not ${body[name]}`);
  if (differences.length === 0) return undefined;
  return `The transfer ${transfer_id} is not the one that was requested for ${body.transfer_group}: ${differences.join(', ')}.`;
}
