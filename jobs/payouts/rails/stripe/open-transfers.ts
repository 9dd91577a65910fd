import { type Run, requireStripe } from '../../../job.ts';
import { openPacer, type Pacer } from '../../pacing.ts';
import { StripeTransfers, tooFastForStripe } from './stripe-transfers.ts';

/** The transfers at Stripe, at the rate that Stripe allows. A stop of the run rejects the requests that wait for their turn. */
export function openTransfers(run: Run): StripeTransfers {
  return new StripeTransfers(requireStripe(run), { pacer: openStripePacer(run), wait: run.wait });
}

export function openStripePacer({ clock, wait, interruption: signal, payoutPacing }: Run): Pacer {
  return openPacer({ clock, wait, signal, perSecond: payoutPacing?.perSecond, tooFast: tooFastForStripe });
}
