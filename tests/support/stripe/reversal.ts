import { derivedId } from '../../../warehouse/ids.ts';
import { balanceTransaction, balanceTransactionId } from './objects/row.ts';
import type { Effects, Transfer, TransferReversal } from './objects.ts';

/** Stripe embeds the last reversals in their transfer, at most ten. */
const EMBEDDED = 10;

interface ReversalParts {
  readonly id: string;
  readonly amount: number;
  readonly created: number;
  readonly metadata: Record<string, string>;
  /** What the row names as its source. */
  readonly source: 'reversal' | 'transfer' | undefined;
  readonly type?: string | undefined;
}

/** A reversal, its transfer, and the rows of the platform and of the connected account. */
export function reversalOf(
  transfer: Transfer,
  { id, amount, created, metadata, source, type }: ReversalParts,
): { readonly reversal: TransferReversal; readonly effects: Effects } {
  const { currency } = transfer;
  const row = balanceTransactionId(id, 'transfer_reversal');
  const refund = derivedId('pyr', id);
  const reversal: TransferReversal = {
    id,
    object: 'transfer_reversal',
    amount,
    balance_transaction: row,
    created,
    currency,
    destination_payment_refund: refund,
    metadata,
    source_refund: null,
    transfer: transfer.id,
  };
  const { data } = transfer.reversals;
  const amount_reversed = transfer.amount_reversed + amount;
  const changed: Transfer = {
    ...transfer,
    amount_reversed,
    reversed: amount_reversed === transfer.amount,
    reversals: {
      ...transfer.reversals,
      data: [reversal, ...data].slice(0, EMBEDDED),
      has_more: data.length === EMBEDDED,
    },
  };
  const posting = { currency, created };
  const line = balanceTransaction('transfer_reversal', {
    ...posting,
    id: row,
    source: source === 'transfer' ? transfer.id : id,
    amount,
    type,
  });
  const inside = balanceTransaction('refund', { ...posting, source: refund, amount: -amount, type: 'payment_refund' });
  const connected = [{ account: String(transfer.destination), put: [inside] }];
  return { reversal, effects: { put: [changed, reversal, line], connected } };
}
