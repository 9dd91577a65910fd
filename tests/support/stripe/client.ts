import Stripe from 'stripe';

/** The real client, without retries, for a local Stripe. */
export function stripeClient({ url, apiKey }: { url: string; apiKey: string }): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(apiKey, {
    host: hostname,
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: 10_000,
  });
}
