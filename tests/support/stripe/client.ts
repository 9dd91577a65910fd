import Stripe from 'stripe';

/** The real client, without retries, for a local Stripe. */
export function stripeClient({ url, apiKey }: { url: string; apiKey: string }, { timeoutMs = 10_000 } = {}): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(apiKey, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: timeoutMs,
  });
}
