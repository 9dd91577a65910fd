import type { Clock } from '../../../warehouse/clock.ts';
import type { LocalStripe } from './local-stripe.ts';

/** A clock that only the test advances. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
}

/** Starts at 2026-01-15T12:00:00Z. */
export function manualClock(): ManualClock {
  let now = Date.UTC(2026, 0, 15, 12);
  return {
    now: () => now,
    advance(ms) {
      now += ms;
    },
  };
}

/** A small account: one creator who can be paid, one who is restricted, and 967.70 USD after fees. */
export function createSmallAccount(stripe: LocalStripe, clock: Clock): void {
  stripe.account({ id: 'acct_ada', country: 'DE', transfers_enabled: true, payouts_enabled: true });
  stripe.account({ id: 'acct_bob', country: 'US', transfers_enabled: false, payouts_enabled: false });
  const charge = { amount_minor: 1_000_00n, currency: 'usd', created_at_ms: clock.now(), metadata: { order: 'o1' } };
  stripe.charge({ id: 'ch_1', ...charge });
}

/** The rejection of a promise; a promise that resolves fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const kept = Symbol('kept');
  const outcome = await promise.then(
    () => kept,
    (thrown: unknown) => thrown,
  );
  if (outcome === kept) throw new Error('The promise was expected to reject.');
  return outcome;
}
