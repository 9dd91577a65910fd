import type { PayoutStatus } from '../../jobs/payouts/status.ts';
import { isOfPerson } from '../../jobs/payouts/stop-reasons.ts';
import { shown } from './breaks.ts';

/** A batch as the API shows it; the other fields are figures. */
export interface Batch {
  readonly batch_id: string;
  readonly state: string;
  readonly payouts: readonly PayoutStatus[];
  readonly [figure: string]: unknown;
}

/** The states in which a payout needs nobody. */
const WELL: readonly string[] = ['planned', 'approved', 'sent', 'confirmed', 'skipped'];

/** The status of a period for people, in tables for 80 columns: sums by state, then what needs a look; with `all`, every payout. */
export function shownStatus(
  { payouts, ...batch }: Batch,
  { earlier, all }: { readonly earlier: readonly Batch[]; readonly all: boolean },
): Readonly<Record<string, unknown>> {
  const attention = payouts.filter(({ state }) => !WELL.includes(state));
  const skipped = payouts.filter(({ state }) => state === 'skipped');
  const instant = payouts.filter(({ instant_payout_state: state }) => state !== null);
  return {
    ...batch,
    payouts: sums(payouts.filter(({ state }) => state !== 'skipped')),
    ...(attention.length > 0 && { not_sent: attention.map(whyOf) }),
    ...(skipped.length > 0 && { not_paid: reasons(skipped) }),
    ...(instant.length > 0 && { instant_payouts: instantSums(instant) }),
    ...(earlier.length > 0 && {
      earlier_batches: earlier.map(({ batch_id, state, ...each }) => ({
        batch_id,
        state,
        payouts: counted(each.payouts),
      })),
    }),
    ...(all
      ? { all_payouts: [...payouts, ...earlier.flatMap((each) => each.payouts)].map(lineOf) }
      : { more: '--all shows every payout.' }),
  };
}

function sums(payouts: readonly PayoutStatus[]): object[] {
  const groups = Map.groupBy(payouts, ({ state, currency }) => `${state} ${currency}`);
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, some]) => {
      const [first] = some;
      if (first === undefined) return [];
      const total = some.reduce((sum, { amount_minor }) => sum + BigInt(amount_minor), 0n);
      return { state: first.state, payouts: some.length, amount: shown(total, first.currency) };
    });
}

/** `3 sent, 1 failed`. */
function counted(payouts: readonly PayoutStatus[]): string {
  const groups = Map.groupBy(payouts, ({ state }) => state);
  return [...groups].map(([state, some]) => `${some.length} ${state}`).join(', ');
}

function reasons(payouts: readonly PayoutStatus[]): object[] {
  return [...Map.groupBy(payouts, ({ reason }) => reason)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([reason, some]) => ({ reason, balances: some.length, meaning: some[0]?.reason_meaning ?? null }));
}

/** What became of the requests to pay out to the bank at once, and why some were left to Stripe's schedule. */
function instantSums(payouts: readonly PayoutStatus[]): object[] {
  const groups = Map.groupBy(payouts, (each) => `${each.instant_payout_state} ${each.instant_payout_reason ?? ''}`);
  return [...groups]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([, [first, ...others]]) =>
      first === undefined
        ? []
        : [
            {
              state: INSTANT_STATES[first.instant_payout_state ?? 'intent'],
              payouts: others.length + 1,
              why: first.instant_payout_reason,
            },
          ],
    );
}

const INSTANT_STATES = { intent: 'requested', made: 'made', declined: 'left to the schedule' } as const;

function whyOf({ creator_id, currency, amount_minor, state, ...each }: PayoutStatus): object {
  const why = each.last_reason ?? each.reason_meaning;
  const by = each.decided_by !== null && isOfPerson(each.reason) ? `(${each.decided_by})` : null;
  return {
    ...{ creator_id, amount: shown(amount_minor, currency), state },
    why: [why, by].filter((part) => part !== null).join(' ') || null,
  };
}

function lineOf({ payout_id, creator_id, currency, amount_minor, state }: PayoutStatus): object {
  return { payout_id, creator_id, amount: shown(amount_minor, currency), state };
}
