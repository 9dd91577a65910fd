import { invariant } from '../../warehouse/invariant.ts';
import type { Journal } from './document.ts';

/**
 * Throws `InvariantBroken` unless every entry sums to zero and every account, in every currency, leads from its opening balance to the
 * ledger's closing balance.
 */
export function assertTotals({ period, entries, totals }: Pick<Journal, 'period' | 'entries' | 'totals'>): void {
  const moved = new Map<string, bigint>();
  for (const { number, currency, lines } of entries) {
    const sum = lines.reduce((total, { amount_minor }) => total + amount_minor, 0n);
    invariant(sum === 0n, `The entry ${number} must sum to zero, not to ${sum} minor units of ${currency}.`);
    for (const { account, amount_minor } of lines) {
      const key = `${account} ${currency}`;
      moved.set(key, (moved.get(key) ?? 0n) + amount_minor);
    }
  }
  for (const { account, currency, opening_minor, closing_minor } of totals) {
    const key = `${account} ${currency}`;
    const reached = opening_minor + (moved.get(key) ?? 0n);
    moved.delete(key);
    invariant(
      reached === closing_minor,
      `The journal of ${period} must lead ${key} to ${closing_minor} minor units, as in the ledger, not to ${reached}.`,
    );
  }
  invariant(moved.size === 0, `The ledger has no balance of ${[...moved.keys()].join(', ')} in ${period}.`);
}
