import { type Run, requireStripe } from '../job.ts';
import { openPacer } from './pacing.ts';
import type { PayoutRail } from './rails/rail.ts';
import { stripeRail, tooFastForStripe } from './rails/stripe/stripe-rail.ts';

/** The rail of Stripe, at the rate that Stripe allows. A stop of the run rejects the requests that wait for their turn. */
export function openRail(run: Run): PayoutRail {
  const { clock, wait, interruption: signal, payoutPacing } = run;
  const pacer = openPacer({ clock, wait, signal, perSecond: payoutPacing?.perSecond, tooFast: tooFastForStripe });
  return stripeRail(requireStripe(run), { pacer, wait });
}
