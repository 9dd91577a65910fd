import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import type Stripe from 'stripe';
import { type ClientOptions, openStripe } from '../../../jobs/payouts/rails/stripe/client.ts';
import { HUNG_AFTER_MS } from '../hung-after.ts';
import { NO_ANSWER_STATUS } from './faults.ts';

// What a request does when its time is over, it does as soon as the local Stripe says that no answer comes.
subscribe('http.client.request.start', (message) => {
  const { request } = message as { readonly request: ClientRequest };
  request.on('information', ({ statusCode }) => {
    if (statusCode === NO_ANSWER_STATUS) request.emit('timeout');
  });
});

/** The client as it runs in production, for a local Stripe. It waits however long an answer takes, and not at all for one that never comes. */
export function stripeClient(
  { url: apiBase, apiKey }: { url: string; apiKey: string },
  options: Pick<ClientOptions, 'httpClient'> = {},
): Stripe {
  return openStripe({ apiKey, apiBase }, { timeoutMs: HUNG_AFTER_MS, ...options });
}
