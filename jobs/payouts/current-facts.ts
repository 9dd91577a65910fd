import { minorToDecimal } from '../../warehouse/money.ts';
import type { PayoutLinesTable } from '../../warehouse/operational/payout-tables.ts';
import type { Period } from '../../warehouse/period.ts';
import type { Services } from '../job.ts';
import {
  balanceKeyOf,
  type CurrentBalance,
  currentBalances,
  currentReason,
  payableByRail,
} from './current-balances.ts';
import { currentHolds, type Holds, sentenceOf } from './holds.ts';
import { PAYOUT_QUERIES } from './queries.ts';
import { STOP_REASONS, type Stop, type StopReason } from './stop-reasons.ts';

/** How long a run relies on what it has read; meanwhile an event may come in, or a comparison may find a break. */
const VALID_MS = 10 * 60 * 1000;

/** What is known now about those who are to be paid, by creator and currency. */
export interface CurrentFacts {
  readonly balances: ReadonlyMap<string, CurrentBalance>;
  readonly disputes: ReadonlyMap<string, string>;
  readonly holds: Holds;
}

type Stores = Pick<Services, 'warehouse' | 'operational' | 'clock' | 'breakGraceMs' | 'accountHoldMs'>;

async function currentFacts(stores: Stores, period: Period): Promise<CurrentFacts> {
  const balances = await currentBalances(stores, period);
  const disputed = await stores.warehouse.query<{ creator_id: string; currency: string; dispute_id: string }>(
    ...PAYOUT_QUERIES.disputed_since_closing(period),
  );
  return {
    balances: new Map(balances.map((balance) => [balanceKeyOf(balance), balance])),
    disputes: new Map(disputed.map((row) => [balanceKeyOf(row), row.dispute_id])),
    holds: await currentHolds(stores),
  };
}

/** Reads the current facts for a long run: at the first call, and again when they are ten minutes old; `assertCurrent` is called before each. */
export function factReader(
  stores: Stores,
  { period, assertCurrent }: { period: Period; assertCurrent: () => Promise<void> },
): () => Promise<CurrentFacts> {
  const read = async (): Promise<CurrentFacts> => {
    await assertCurrent();
    return currentFacts(stores, period);
  };
  let known: { readonly facts: Promise<CurrentFacts>; readonly until: number } | undefined;
  return () => {
    const now = stores.clock.now();
    if (known === undefined || now >= known.until) known = { facts: read(), until: now + VALID_MS };
    return known.facts;
  };
}

/**
 * Why a line that was approved must not be sent now: it is not what the sealed balance leaves, or what has become known of its creator since
 * speaks against it.
 */
export function stopByFacts(
  line: PayoutLinesTable,
  facts: CurrentFacts,
  { now, accountHoldMs }: { now: number; accountHoldMs: number },
): Stop | undefined {
  const { creator_id, currency, amount_minor, account_id_stripe } = line;
  const key = balanceKeyOf(line);
  const balance = facts.balances.get(key);
  const due = balance && payableByRail(balance);
  if (balance === undefined || due !== amount_minor) {
    const left = due === undefined ? `no balance in ${currency}` : `${minorToDecimal(due, currency)} ${currency}`;
    const detail = `The sealed books leave ${left} to be paid to ${creator_id}, not ${minorToDecimal(amount_minor, currency)} ${currency}.`;
    return { reason: 'balance_changed', detail };
  }
  const dispute = facts.disputes.get(key);
  if (dispute !== undefined) {
    const detail = `The dispute ${dispute} of a sale of ${creator_id} was opened after the closing and is not decided.`;
    return { reason: 'dispute_open', detail };
  }
  const held = sentenceOf(facts.holds.get(creator_id) ?? []);
  if (held !== undefined) return { reason: 'break_open', detail: held };
  const reason = currentReason(balance, { now, holdMs: accountHoldMs });
  const isChanged = reason === 'payable' || reason === 'payout_account_changed';
  if (isChanged && balance.account_now !== account_id_stripe) {
    const detail = `It was approved for the account ${account_id_stripe}; the account of ${creator_id} is now ${balance.account_now}.`;
    return { reason: 'payout_account_changed', detail };
  }
  return reason === 'payable' ? undefined : stopFor(reason);
}

function stopFor(reason: string): Stop {
  const known = Object.hasOwn(STOP_REASONS, reason) ? (reason as StopReason) : 'balance_changed';
  return { reason: known, detail: STOP_REASONS[known].meaning };
}
