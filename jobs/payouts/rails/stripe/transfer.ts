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
  readonly key: string;
  /** For the records of the provider; cut off after 500 characters. */
  readonly reason: string;
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
