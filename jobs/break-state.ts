import type { BreakRow } from '../reports/finance/break-sentences.ts';
import { canonicalJson } from '../warehouse/canonical-json.ts';
import { sha256Hex } from '../warehouse/ids.ts';
import type { BreakState } from '../warehouse/operational/schema.ts';

/** What a break is like now: an acknowledgement covers it only as long as this stays the same. */
export function stateOf(row: BreakRow): BreakState {
  const { break_class, currency, ledger_minor, stripe_minor, settled_currency, settled_minor, fee_minor } = row;
  const state = { break_class, currency, ledger_minor, stripe_minor, settled_currency, settled_minor, fee_minor };
  const texts = Object.fromEntries(
    Object.entries({ ...state, stripe_currency: row.stripe_currency }).map(([name, value]) => [
      name,
      value === null ? null : String(value),
    ]),
  );
  return { ...state, state_digest: sha256Hex(canonicalJson(texts)) };
}

/** The columns of a stored state. */
export function storedState(row: BreakState): BreakState {
  const { break_class, currency, ledger_minor, stripe_minor, settled_currency, settled_minor, fee_minor } = row;
  const { state_digest } = row;
  return {
    ...{ break_class, currency, ledger_minor, stripe_minor, settled_currency, settled_minor, fee_minor },
    state_digest,
  };
}
