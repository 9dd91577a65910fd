import { type Run, requireStripe } from '../job.ts';
import { openPacer, type Pacer } from './pacing.ts';
import type { PayoutRail } from './rails/rail.ts';
import { stripeRail, tooFastForStripe } from './rails/stripe/stripe-rail.ts';

/** The rail of Stripe, at the rate that Stripe allows. A stop of the run rejects the requests that wait for their turn. */
export function openRail(run: Run): PayoutRail {
  return stripeRail(requireStripe(run), { pacer: openStripePacer(run), wait: run.wait });
}

export function openStripePacer({ clock, wait, interruption: signal, payoutPacing }: Run): Pacer {
  return openPacer({ clock, wait, signal, perSecond: payoutPacing?.perSecond, tooFast: tooFastForStripe });
}
