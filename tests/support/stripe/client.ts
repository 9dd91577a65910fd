import type Stripe from 'stripe';
import { type ClientOptions, openStripe } from '../../../jobs/payouts/rails/stripe/client.ts';

/** The client as it runs in production, for a local Stripe; it gives up sooner. */
export function stripeClient(
  { url: apiBase, apiKey }: { url: string; apiKey: string },
  { timeoutMs = 10_000, ...options }: ClientOptions = {},
): Stripe {
  return openStripe({ apiKey, apiBase }, { timeoutMs, ...options });
}
