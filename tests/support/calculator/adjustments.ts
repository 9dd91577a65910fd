import type { ExceptionReason } from '../../../warehouse/vocabulary/exceptions.ts';
import { isCurrency, minorUnit, PAID_BELOW_MINOR, readDecimal } from './amounts.ts';
import type { Books, Royalty } from './books.ts';
import type { Chain } from './corrections.ts';
import { latestIn } from './facts.ts';
import type { Terms } from './terms.ts';

const NO_TERMS: Terms = {
  ...{
    id: '',
    assetId: null,
    licenseType: null,
    rate: 0n,
    currency: undefined,
    holders: undefined,
    since: '',
    row: { id: '', timestamp: '', loaded_at: '' },
    isBackdated: false,
    isTooLate: false,
  },
};

/** Books the adjustments of balances (ruling 45). */
export function bookAdjustments(
  books: Books,
  chains: readonly Chain[],
): { royalties: Royalty[]; reasons: ReadonlyMap<string, ExceptionReason> } {
  const royalties: Royalty[] = [];
  const reasons = new Map<string, ExceptionReason>();
  for (const chain of chains) {
    if (chain.rootKind !== 'balance' || chain.wasInForce === chain.isInForce) continue;
    const { rootId: creatorId, head, last } = chain;
    const amount = readDecimal(head.row.adjustment_amount) ?? 0n;
    const { currency } = head.row;
    const reason = reasonOf(books, { amount, currency, creatorId });
    if (reason || !isCurrency(currency)) {
      reasons.set(last.id, reason ?? 'currency_unknown');
      continue;
    }
    royalties.push({
      ...{ movement: `correction:${last.id}`, kind: 'adjustment', saleId: undefined, creatorId, currency },
      ...{ terms: NO_TERMS, feeBps: 0n, earned: books.period, bps: 10_000n, gross: 0n },
      ...{ royalty: chain.isInForce ? amount : -amount, count: 1n, units: 10n ** 9n },
      correction: { id: last.id, kind: 'balance', correctedId: creatorId },
    });
  }
  return { royalties, reasons };
}

interface Adjustment {
  readonly amount: bigint;
  readonly currency: string | null | undefined;
  readonly creatorId: string;
}

function reasonOf({ known, previous }: Books, adjustment: Adjustment): ExceptionReason | undefined {
  const { amount, currency, creatorId } = adjustment;
  const size = amount < 0n ? -amount : amount;
  if (size === 0n) return 'amount_invalid';
  if (!isCurrency(currency)) return 'currency_unknown';
  if (size >= PAID_BELOW_MINOR * minorUnit(currency)) return 'amount_too_large';
  if (size % minorUnit(currency) !== 0n) return 'amount_not_minor';
  const hasBalance = [...(previous?.balances.values() ?? [])].some((balance) => balance.creatorId === creatorId);
  return hasBalance || latestIn(known, 'creator_signed_up', 'creator_id').has(creatorId)
    ? undefined
    : 'creator_unknown';
}
